"""The front door's counters, on a registry of its own so that several doors may live in one process."""

from functools import cache

from prometheus_client import CollectorRegistry, Counter, Gauge

from schemas import telemetry
from schemas.names import ChannelName


class FrontMetrics:
    """Counts what doors and pages did; also the observer of intake."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._deliveries = cache(_counter(telemetry.INTAKE_DELIVERIES, self.registry).labels)
        self._refused = _counter(telemetry.INTAKE_REFUSED, self.registry)
        self._console = _counter(telemetry.CONSOLE_REQUESTS, self.registry)
        self.spooled = _gauge(telemetry.INTAKE_SPOOLED, self.registry)
        self.lost = _gauge(telemetry.INTAKE_LOST, self.registry)
        self.spool_bytes = _gauge(telemetry.INTAKE_SPOOL_BYTES, self.registry)

    def taken_in(self, channel: ChannelName, count: int, where: str) -> None:
        """Deliveries became durable at the broker or in the spool."""
        self._deliveries(channel, where).inc(count)

    def refused(self, channel: str, reason: str) -> None:
        """A request was refused; nothing was stored."""
        self._refused.labels(channel, reason).inc()

    def console(self, outcome: str) -> None:
        """Somebody came to an operator page: allowed or denied."""
        self._console.labels(outcome).inc()


def _counter(metric: telemetry.Metric, registry: CollectorRegistry) -> Counter:
    return Counter(metric.name.removesuffix("_total"), metric.about, metric.labels, registry=registry)


def _gauge(metric: telemetry.Metric, registry: CollectorRegistry) -> Gauge:
    return Gauge(metric.name, metric.about, metric.labels, registry=registry)
