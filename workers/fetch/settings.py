"""How media are fetched: limits, patience, and the virus scanner (GATEWAY_FETCH_…)."""

from pydantic import Field, PositiveFloat, PositiveInt
from pydantic_settings import BaseSettings, SettingsConfigDict


class FetchSettings(BaseSettings):
    """Limits for one download, how many run at once, and who looks for viruses."""

    model_config = SettingsConfigDict(env_prefix="GATEWAY_FETCH_", frozen=True)

    max_bytes: PositiveInt = Field(32 * 1024 * 1024, description="Largest single thing that is fetched.")
    total_seconds: PositiveFloat = Field(60.0, description="One download, redirects included.")
    connect_seconds: PositiveFloat = Field(8.0, description="One connection, name look-up included.")
    concurrency: PositiveInt = Field(16, description="Downloads at once, in one worker.")
    lane_width: PositiveInt = Field(4, description="Downloads at once from one host.")
    retry_first_seconds: PositiveFloat = Field(2.0, description="Pause after the first failure; it doubles.")
    retry_most_seconds: PositiveFloat = Field(900.0, description="Longest pause between two tries.")
    give_up_hours: PositiveFloat = Field(48.0, description="When the provider names no end.")
    clamd: str = Field(
        "", description="host:port or socket path of ClamAV's clamd; empty: nothing is scanned."
    )
    clamd_seconds: PositiveFloat = Field(30.0, description="One scan.")
