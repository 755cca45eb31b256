"""What the monitor tells Prometheus, from the same picture that people see."""

from collections import Counter
from collections.abc import Sequence
from typing import get_args

from prometheus_client import CollectorRegistry, Gauge

from schemas import telemetry
from schemas.operations import DriftState, Operations, SourceState, StageState, SyntheticState, Verdict
from workers.replay.shelf import Shelved

_OF_THE_CLASSIFIER = (
    telemetry.CLASSIFIED_TEXTS,
    telemetry.CLASSIFIER_ABSTAINED,
    telemetry.CLASSIFIER_CONFIDENCE,
    telemetry.CLASSIFIER_UNKNOWN,
    telemetry.CLASSIFIER_DRIFTED,
)
_OF_SOURCES = (telemetry.SOURCE_OVERDUE, telemetry.SOURCE_COLLECTING, telemetry.SOURCE_UNCOLLECTED)
VERDICTS: tuple[str, ...] = get_args(Verdict)


class MonitorMetrics:
    """Gauges on a registry of their own; `show` sets all of them, what is no longer there goes."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._gauges = {
            metric: Gauge(metric.name, metric.about, metric.labels, registry=self.registry)
            for metric in telemetry.MONITORED
        }

    def show(self, picture: Operations, letters: Sequence[Shelved]) -> None:
        """The picture as numbers."""
        self._set(telemetry.LONGEST_WAITING, picture.longest_waiting_seconds or 0.0)
        self._set(telemetry.WAITING, picture.waiting)
        self._set(telemetry.UNCLEAR_LETTERS, picture.unclear_letters)
        self._set(telemetry.RECEIVED_TODAY, picture.received_today)
        self._set(telemetry.ACKNOWLEDGED_TODAY, picture.acknowledged_today)
        self._set(telemetry.MONITOR_MEASURED, picture.at.timestamp())
        self._gauges[telemetry.DEAD_LETTERS].clear()
        causes = Counter((one.letter.stage, one.letter.cause) for one in letters)
        for labels, count in causes.items():
            self._set(telemetry.DEAD_LETTERS, count, *labels)
        self._gauges[telemetry.DISK_FREE].clear()
        for place, size in picture.free_bytes.items():
            self._set(telemetry.DISK_FREE, size, place)
        self._gauges[telemetry.STAGE_STOPPED].clear()
        for stage in picture.stages:
            self._set(telemetry.STAGE_STOPPED, 0, stage.name)
            self._stage(stage)
        for metric in _OF_SOURCES:
            self._gauges[metric].clear()
        for source in picture.sources:
            self._source(source)
        for name, count in Counter(one.stage for one in picture.stopped).items():
            self._set(telemetry.STAGE_STOPPED, count, name)
        for probed in picture.synthetic:
            self._probed(probed)
        for metric in _OF_THE_CLASSIFIER:
            self._gauges[metric].clear()
        for drift in picture.drift:
            self._drift(drift)

    def _stage(self, stage: StageState) -> None:
        self._set(telemetry.STAGE_RATE, stage.records_per_second, stage.name)
        self._set(telemetry.STAGE_RESTARTS, stage.restarts, stage.name)
        self._set(telemetry.STAGE_RESTLESS, float(stage.restless), stage.name)
        if stage.members is not None:
            self._set(telemetry.STAGE_MEMBERS, stage.members, stage.name)
        for one in stage.partitions:
            place = (stage.name, stage.topic, str(one.partition))
            self._set(telemetry.LAG_RECORDS, one.lag_records, *place)
            self._set(telemetry.LAG_SECONDS, one.lag_seconds or 0.0, *place)
            self._set(telemetry.LOST_RECORDS, one.lost, *place)
            for verdict in VERDICTS:
                self._set(telemetry.VERDICT, float(one.verdict == verdict), *place, verdict)

    def _source(self, one: SourceState) -> None:
        place = (one.channel, one.account)
        self._set(telemetry.SOURCE_OVERDUE, one.overdue_seconds, *place)
        self._set(telemetry.SOURCE_COLLECTING, float(one.state == "collecting"), *place)
        if one.uncollected is not None:
            self._set(telemetry.SOURCE_UNCOLLECTED, one.uncollected, *place)

    def _probed(self, one: SyntheticState) -> None:
        self._set(telemetry.SYNTHETIC_UNANSWERED, one.unanswered_seconds, one.channel)
        for metric, seconds in (
            (telemetry.SYNTHETIC_QUEUE, one.queue_seconds),
            (telemetry.SYNTHETIC_ROUND_TRIP, one.round_trip_seconds),
        ):
            if seconds is not None:
                self._set(metric, seconds, one.channel)

    def _drift(self, one: DriftState) -> None:
        place = (one.pack, one.channel)
        for label, texts in one.labels.items():
            self._set(telemetry.CLASSIFIED_TEXTS, texts, *place, label)
        self._set(telemetry.CLASSIFIER_ABSTAINED, one.abstained, *place)
        self._set(telemetry.CLASSIFIER_CONFIDENCE, one.confidence, *place)
        self._set(telemetry.CLASSIFIER_UNKNOWN, one.unknown, *place)
        self._set(telemetry.CLASSIFIER_DRIFTED, len(one.moved), *place)

    def _set(self, metric: telemetry.Metric, value: float, *labels: str) -> None:
        gauge = self._gauges[metric]
        (gauge.labels(*labels) if labels else gauge).set(value)
