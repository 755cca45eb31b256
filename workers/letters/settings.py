"""How letters go out: the global switch, the caps, the patience (GATEWAY_LETTERS_…)."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, PositiveFloat, PositiveInt
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from channels.setting_words import Words, split_pairs
from schemas.names import ChannelName

Switch = Literal["on", "hold", "off"]


class LettersSettings(BaseSettings):
    """`lease_seconds` must stay below the worker's session timeout (10 s), so that a frozen worker wakes up
    too late to send. `hold` keeps what is due in the ledger until the switch is `on` again; `off` suppresses.
    """

    model_config = SettingsConfigDict(env_prefix="GATEWAY_LETTERS_", frozen=True)

    switch: Switch = "on"
    default_language: str = "en"
    templates_folder: Path | None = None
    """An organisation's own letters, `<language>/<kind>.j2`; what is missing there is taken from ours."""
    per_address_hour: PositiveInt = Field(
        20,
        description="Letters to one mailbox (whatever its tag, anna+1@) or number within an hour; more are suppressed.",
    )
    per_address_day: PositiveInt = Field(60, description="The same for a day (UTC).")
    per_country_day: PositiveInt = Field(
        1000,
        description="Letters to the numbers of one country in a day (UTC), for each partition; more wait for a person.",
    )
    costly_prefixes: Words = Field(
        default_factory=list,
        description="Beginnings of premium, satellite or shared-cost numbers that are written to, like +8835100;"
        " letters to all others of the kind wait for a person.",
    )
    concurrency: PositiveInt = 16
    """Letters on the wire at the same time, for each channel and partition."""
    lanes: Annotated[dict[ChannelName, PositiveInt], NoDecode, BeforeValidator(split_pairs)] = Field(
        default_factory=dict
    )
    """Another concurrency for single channels, for example mastodon=2,sms=4."""
    lease_seconds: PositiveFloat = Field(default=8.0, le=9.0)
    lease_margin_seconds: PositiveFloat = 1.0
    """How long after another worker's lease a letter is left alone: the clocks of two hosts differ."""
    retry_first_seconds: PositiveFloat = 1.0
    retry_most_seconds: PositiveFloat = 300.0
    give_up_hours: PositiveFloat = 72.0
    bounce_days: PositiveFloat = 30.0
    """How long an address that does not exist gets no further letters."""
    keep_days: PositiveFloat = 400.0
    """How long a finished letter is remembered, so that the same wish is never a second letter."""

    @property
    def lease(self) -> timedelta:
        """How long one attempt may take."""
        return timedelta(seconds=self.lease_seconds)

    def lane_width(self, channel: ChannelName) -> int:
        """How many letters of a channel may be on the wire at the same time."""
        return self.lanes.get(channel, self.concurrency)
