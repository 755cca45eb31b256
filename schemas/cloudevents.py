"""CloudEvents 1.0 in binary mode on Kafka: attributes are `ce_` headers, the body is the record.

Source: CloudEvents Kafka protocol binding 1.0.2, section 3.2. Attribute values are UTF-8.
"""

from datetime import datetime

Headers = tuple[tuple[str, bytes], ...]
JSON = "application/json"


def headers(kind: str, event_id: str, source: str, at: datetime, media_type: str = JSON) -> Headers:
    """The headers of one event. `kind` carries the major version as its last part (`gateway.case.v1`)."""
    return (
        ("ce_specversion", b"1.0"),
        ("ce_id", event_id.encode()),
        ("ce_type", kind.encode()),
        ("ce_source", source.encode()),
        ("ce_time", at.isoformat().encode()),
        ("content-type", media_type.encode("utf-8", "replace")),
    )


def event_type(record_headers: Headers) -> str:
    """The `ce_type` of a record, empty when it has none. Kafka allows a header whose value is null."""
    for name, value in record_headers:
        if name == "ce_type":
            return (value or b"").decode("utf-8", "replace")
    return ""
