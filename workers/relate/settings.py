"""How far back relate looks, and what is alike (GATEWAY_RELATE_…)."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class RelateSettings(BaseSettings):
    """The window is texts, not days: so its memory is bounded, about 1.3 KB each once it is full."""

    model_config = SettingsConfigDict(env_prefix="GATEWAY_RELATE_", frozen=True)

    window: int = Field(
        100_000, ge=100, le=1_000_000, description="Complaints among which near copies are looked for."
    )
    least_likeness: float = Field(
        0.7,
        gt=0.3,
        le=1.0,
        description="Share of common three-word runs that makes near copies; below 0.7 some are missed.",
    )
    rest_seconds: float = Field(
        1.0, ge=0.0, le=10.0, description="Pause after each batch, so that the next one is worth a commit."
    )
