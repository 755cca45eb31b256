"""The base of every record: JSON on Kafka, unknown fields of a known major version kept and passed on."""

from datetime import UTC, datetime
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict


def _utc(moment: datetime) -> datetime:
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("beyond the years 1 to 9999 in UTC") from error


Moment = Annotated[datetime, AfterValidator(_utc)]
"""A point in time, always in UTC (RFC 3339 on the wire)."""


def whole(text: str) -> str:
    """Two halves that belong together become their character; every other half, and NUL, becomes U+FFFD."""
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return joined.replace("\0", "\ufffd")


class Wire(BaseModel):
    """A record. Readers keep fields they do not know: an old worker passes a new one's words on."""

    model_config = ConfigDict(extra="allow", frozen=True, ser_json_inf_nan="null")

    def to_bytes(self) -> bytes:
        """UTF-8 JSON without fields that are null, as it stands on a topic."""
        return self.__pydantic_serializer__.to_json(self, exclude_none=True)

    def __reduce__(self) -> tuple[Any, ...]:
        """Between processes as it stands on a topic, which is quicker than the dicts of all its parts."""
        return type(self).from_bytes, (self.to_bytes(),)

    @classmethod
    def from_bytes(cls, value: bytes) -> Self:
        """Read `to_bytes()`; raises pydantic's ValidationError."""
        return cls.model_validate_json(value)
