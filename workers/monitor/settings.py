"""Which channels the house complains by itself, to see whether people get through (GATEWAY_SYNTHETIC_…)."""

from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from channels.setting_words import split_tokens
from schemas.names import ChannelName


class SyntheticSettings(BaseSettings):
    """Complaints of the house's own, to see whether people get through; off by default.

    They cost no money on the form and by mail, but each is a delivery, a case in the log and the view, and a record on
    `queue.synthetic`, 1,440 a day for each channel; a mailbox fills as well. Whoever counts records for himself would
    count them. So it is a decision: `webform` is worth it wherever somebody is to be woken up at night.
    """

    model_config = SettingsConfigDict(env_prefix="GATEWAY_SYNTHETIC_", frozen=True)

    channels: Annotated[tuple[ChannelName, ...], NoDecode, BeforeValidator(split_tokens)] = Field(
        (),
        description="Channels that the monitor itself complains by, to measure the round trip: webform, mail.",
    )
    every_seconds: float = Field(60, ge=1, description="How often, on each of them.")
    patience_seconds: float = Field(
        300, ge=1, description="How long an answer may take before the next one is sent all the same."
    )
