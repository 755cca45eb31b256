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
