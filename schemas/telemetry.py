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
STAGE_RATE = Metric(
    "gateway_stage_records_per_second", "gauge", "Records that a stage got through in a second.", ("stage",)
)
STAGE_MEMBERS = Metric(
    "gateway_stage_members", "gauge", "Processes in the consumer group of a stage.", ("stage",)
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
RECEIVED_TODAY = Metric("gateway_complaints_received_today", "gauge", "Cases opened since midnight UTC.")
ACKNOWLEDGED_TODAY = Metric(
    "gateway_complaints_acknowledged_today", "gauge", "Acknowledgements accepted since midnight UTC."
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
    STAGE_RATE,
    STAGE_MEMBERS,
    LOST_RECORDS,
    DEAD_LETTERS,
    RECEIVED_TODAY,
    ACKNOWLEDGED_TODAY,
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
