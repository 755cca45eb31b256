"""When somebody's messages take the slow lane, and how fast it is (GATEWAY_OVERFLOW_…)."""

from pydantic import Field, PositiveFloat
from pydantic_settings import BaseSettings, SettingsConfigDict


class OverflowSettings(BaseSettings):
    """A share is a burst that refills within a minute: neither an ordinary person nor an incident's crowd meets it."""

    model_config = SettingsConfigDict(env_prefix="GATEWAY_OVERFLOW_", frozen=True)

    per_person_minute: int = Field(
        20,
        ge=1,
        description="Messages of one person in a minute that nobody waits for; more go the slow lane.",
    )
    per_second: PositiveFloat = Field(
        5.0, description="Messages a second that each partition of the slow lane lets through."
    )
