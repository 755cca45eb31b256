"""The public page names every channel that is set up and that people use by themselves, from the registry."""

from pathlib import Path

import pytest

from channels.contract import load
from channels.registry import CHANNELS
from gateway.front import Way
from gateway.plan import plan
from gateway.ways import ways

BY_STAFF = {"webform", "telephone", "letter", "counter"}
"""The form is the page's own; the others are what staff enter."""


def set_up(patch: pytest.MonkeyPatch, **settings: str) -> list[Way]:
    for name, value in settings.items():
        patch.setenv(name, value)
    return ways("Example Ltd")


def test_every_channel_that_is_set_up_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = set_up(monkeypatch, **plan(tmp_path, 0, {}, sandbox=True).env)
    titles = [channel.title for channel in CHANNELS if channel.name not in BY_STAFF]
    assert [way.title for way in found] == titles
    assert all(way.address for way in found)


def test_what_is_not_set_up_is_not_named() -> None:
    assert ways("Example Ltd") == []


def test_with_a_name_there_is_a_link_without_one_the_organisation_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (telegram,) = set_up(monkeypatch, CHANNEL_TELEGRAM_BOT_TOKEN="1:x")
    assert (telegram.address, telegram.link) == ("Example Ltd", "")
    (telegram,) = set_up(monkeypatch, CHANNEL_TELEGRAM_USERNAME="@example_bot")
    assert (telegram.address, telegram.link) == ("@example_bot", "https://t.me/example_bot")


def test_whatsapp_is_reached_by_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    app = {"CHANNEL_WHATSAPP_APP_SECRET": "s", "CHANNEL_WHATSAPP_VERIFY_TOKEN": "v"}
    (way,) = set_up(monkeypatch, **app, CHANNEL_WHATSAPP_PHONE_NUMBER="+49 1512 345")
    assert way.link == "https://wa.me/491512345"


def test_a_number_that_nobody_can_be_told_is_no_way(monkeypatch: pytest.MonkeyPatch) -> None:
    assert set_up(monkeypatch, CHANNEL_SMS_ACCOUNT_SID="AC1", CHANNEL_SMS_AUTH_TOKEN="t") == []


@pytest.mark.parametrize("channel", [one.name for one in CHANNELS])
def test_only_what_people_use_by_themselves_is_published(channel: str) -> None:
    (settings,) = {load(one.settings) for one in CHANNELS if one.name == channel}
    assert hasattr(settings, "publication") != (channel in BY_STAFF)
