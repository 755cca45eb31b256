"""Every metric by name, with what it means: dashboards, alert rules and documentation are made from here."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Metric:
    """One time series family in Prometheus' words. Labels never carry personal data."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    about: str
    labels: tuple[str, ...] = ()


INTAKE_DELIVERIES = Metric(
    "gateway_intake_deliveries_total",
    "counter",
    "Deliveries made durable and confirmed, by channel and where (broker or spool).",
    ("channel", "where"),
)
INTAKE_REFUSED = Metric(
    "gateway_intake_refused_total",
    "counter",
    "Requests that were refused and stored nowhere, by channel and reason.",
    ("channel", "reason"),
)
INTAKE_SPOOLED = Metric("gateway_intake_spooled_deliveries", "gauge", "Deliveries waiting in the spool.")
INTAKE_SPOOL_BYTES = Metric("gateway_intake_spool_bytes", "gauge", "Bytes the spool holds on disk.")
INTAKE_LOST = Metric(
    "gateway_intake_spool_lost_deliveries",
    "gauge",
    "Confirmed deliveries that the spool's disk did not keep, since the door started.",
)
CONSOLE_REQUESTS = Metric(
    "gateway_console_requests_total", "counter", "Requests to operator pages, by outcome.", ("outcome",)
)

LAG_RECORDS = Metric(
    "gateway_lag_records",
    "gauge",
    "Records that a stage has not processed yet, without transaction markers.",
    ("stage", "topic", "partition"),
)
LAG_SECONDS = Metric(
    "gateway_lag_seconds",
    "gauge",
    "Age of the oldest record that a stage has not processed yet; 0 when there is none.",
    ("stage", "topic", "partition"),
)
VERDICT = Metric(
    "gateway_stage_verdict",
    "gauge",
    "1 for the word that Burrow's rules say of a stage on a partition now, 0 for the others.",
    ("stage", "topic", "partition", "verdict"),
)
STAGE_STOPPED = Metric(
    "gateway_stage_stopped",
    "gauge",
    "Partitions of a stage on this machine that stopped themselves, because our own code fails for many people.",
    ("stage",),
)
STAGE_RATE = Metric(
    "gateway_stage_records_per_second", "gauge", "Records that a stage got through in a second.", ("stage",)
)
STAGE_MEMBERS = Metric(
    "gateway_stage_members", "gauge", "Processes in the consumer group of a stage.", ("stage",)
)
STAGE_RESTARTS = Metric(
    "gateway_stage_restarts",
    "gauge",
    "Processes of a stage that were started again in the last ten minutes.",
    ("stage",),
)
STAGE_RESTLESS = Metric(
    "gateway_stage_restless",
    "gauge",
    "1 while a stage restarts more often than an upgrade explains, else 0.",
    ("stage",),
)
LOST_RECORDS = Metric(
    "gateway_lost_records",
    "gauge",
    "Records that retention removed before the stage had read them.",
    ("stage", "topic", "partition"),
)
LONGEST_WAITING = Metric(
    "gateway_longest_waiting_seconds",
    "gauge",
    "How long the complainant who waits longest has waited for an acknowledgement; 0 when nobody waits.",
)
WAITING = Metric("gateway_waiting_complainants", "gauge", "Complainants without an acknowledgement.")
DEAD_LETTERS = Metric(
    "gateway_dead_letters",
    "gauge",
    "Dead letters that wait for a person, by stage and cause.",
    ("stage", "cause"),
)
UNCLEAR_LETTERS = Metric(
    "gateway_unclear_letters", "gauge", "Letters that may or may not have left, and wait for a person."
)
RECEIVED_TODAY = Metric("gateway_complaints_received_today", "gauge", "Cases opened since midnight UTC.")
ACKNOWLEDGED_TODAY = Metric(
    "gateway_complaints_acknowledged_today", "gauge", "Acknowledgements accepted since midnight UTC."
)
DISK_FREE = Metric(
    "gateway_disk_free_bytes",
    "gauge",
    "Free disk for a place of the house on this machine: data, blobs, or kafka where it runs one of its own.",
    ("place",),
)
SOURCE_OVERDUE = Metric(
    "gateway_source_overdue_seconds",
    "gauge",
    "How long a successful look at an account that is collected from has been due; 0 while it is read as often as set.",
    ("channel", "account"),
)
SOURCE_COLLECTING = Metric(
    "gateway_source_collecting",
    "gauge",
    "1 while an account is collected from, 0 while it waits with a reason.",
    ("channel", "account"),
)
SOURCE_UNCOLLECTED = Metric(
    "gateway_source_uncollected",
    "gauge",
    "What lies in an account and was not taken yet, where its provider lets us count.",
    ("channel", "account"),
)
SYNTHETIC_ROUND_TRIP = Metric(
    "gateway_synthetic_round_trip_seconds",
    "gauge",
    "From sending the last answered synthetic complaint to the moment its letter was handed over.",
    ("channel",),
)
SYNTHETIC_QUEUE = Metric(
    "gateway_synthetic_queue_seconds",
    "gauge",
    "From sending the last answered synthetic complaint to its record in the queue.",
    ("channel",),
)
SYNTHETIC_UNANSWERED = Metric(
    "gateway_synthetic_unanswered_seconds",
    "gauge",
    "How long the oldest synthetic complaint without an answer has been out; 0 when all are answered.",
    ("channel",),
)
CLASSIFIED_TEXTS = Metric(
    "gateway_classifier_texts",
    "gauge",
    "Complaints among the newest cases that a model has read, by pack, channel and the category it gave.",
    ("pack", "channel", "category"),
)
CLASSIFIER_ABSTAINED = Metric(
    "gateway_classifier_abstained_ratio",
    "gauge",
    "Share of them that it left to a person.",
    ("pack", "channel"),
)
CLASSIFIER_CONFIDENCE = Metric(
    "gateway_classifier_confidence_ratio",
    "gauge",
    "Its mean confidence in the category.",
    ("pack", "channel"),
)
CLASSIFIER_UNKNOWN = Metric(
    "gateway_classifier_unknown_ratio",
    "gauge",
    "Mean share of a text's words and word pairs that the model had never met in training.",
    ("pack", "channel"),
)
CLASSIFIER_DRIFTED = Metric(
    "gateway_classifier_drifted",
    "gauge",
    "In how many ways the newest complaints differ from the model card; training again is worth it above 0.",
    ("pack", "channel"),
)
MONITOR_MEASURED = Metric(
    "gateway_monitor_last_measured_timestamp_seconds", "gauge", "When the monitor last measured everything."
)

MONITORED: tuple[Metric, ...] = (
    LONGEST_WAITING,
    WAITING,
    LAG_RECORDS,
    LAG_SECONDS,
    VERDICT,
    STAGE_STOPPED,
    STAGE_RATE,
    STAGE_MEMBERS,
    STAGE_RESTARTS,
    STAGE_RESTLESS,
    LOST_RECORDS,
    DEAD_LETTERS,
    UNCLEAR_LETTERS,
    RECEIVED_TODAY,
    ACKNOWLEDGED_TODAY,
    DISK_FREE,
    SOURCE_OVERDUE,
    SOURCE_COLLECTING,
    SOURCE_UNCOLLECTED,
    SYNTHETIC_ROUND_TRIP,
    SYNTHETIC_QUEUE,
    SYNTHETIC_UNANSWERED,
    CLASSIFIED_TEXTS,
    CLASSIFIER_ABSTAINED,
    CLASSIFIER_CONFIDENCE,
    CLASSIFIER_UNKNOWN,
    CLASSIFIER_DRIFTED,
    MONITOR_MEASURED,
)
"""What `gateway monitor` tells on a port of its own; the front door tells the others on its /metrics."""

METRICS: tuple[Metric, ...] = (
    INTAKE_DELIVERIES,
    INTAKE_REFUSED,
    INTAKE_SPOOLED,
    INTAKE_SPOOL_BYTES,
    CONSOLE_REQUESTS,
    *MONITORED,
)
"""All of them, in the order in which the documentation shows them."""
