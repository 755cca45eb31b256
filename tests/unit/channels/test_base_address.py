"""Tokens go over TLS, or nowhere beyond this machine."""

import pytest
from pydantic import ValidationError

from channels.contract import Channel, load
from channels.registry import CHANNELS

NAMES = ("api_base", "base_url", "service")
WITH_A_BASE = [
    (channel, name) for channel in CHANNELS for name in NAMES if name in load(channel.settings).model_fields
]


def test_the_providers_with_a_base_address_are_found() -> None:
    assert len(WITH_A_BASE) >= 7


@pytest.mark.parametrize(("channel", "name"), WITH_A_BASE, ids=lambda one: getattr(one, "name", one))
def test_tokens_are_not_sent_in_plain_text_beyond_this_machine(channel: Channel, name: str) -> None:
    settings = load(channel.settings)
    for right in (
        "https://api.example.org",
        "http://127.0.0.1:8123",
        "http://localhost:1",
        "http://[::1]:1",
        "",
    ):
        assert getattr(settings.model_validate({name: right}), name) == right
    for wrong in (
        "http://api.example.org",
        "http://10.0.0.7:80",
        "ftp://x",
        "api.example.org",
        "http://127.0.0.1.nip.io",
    ):
        with pytest.raises(ValidationError, match="write"):
            settings.model_validate({name: wrong})
