"""The base of every record: JSON on Kafka, unknown fields of a known major version kept and passed on."""

from datetime import UTC, datetime
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


Moment = Annotated[datetime, AfterValidator(_utc)]
"""A point in time, always in UTC (RFC 3339 on the wire)."""


class Wire(BaseModel):
    """A record. Readers keep fields they do not know: an old worker passes a new one's words on."""

    model_config = ConfigDict(extra="allow", frozen=True, ser_json_inf_nan="null")

    def to_bytes(self) -> bytes:
        """UTF-8 JSON without fields that are null, as it stands on a topic."""
        return self.__pydantic_serializer__.to_json(self, exclude_none=True)

    @classmethod
    def from_bytes(cls, value: bytes) -> Self:
        """Read `to_bytes()`; raises pydantic's ValidationError."""
        return cls.model_validate_json(value)
