"""The providers that `up --sandbox` plays: for each its keys, what the stand-in is told, and our settings for it.

All run in one process. A channel that the settings connect to a real provider is not played.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from schemas.names import ChannelName

OURS = "complaints"
CUSTOMERS = ("anna", "boris", "carla")
"""Customers of the sandbox; each has a mailbox and an account on every network's stand-in."""
GUESTS = 100
"""Further accounts on Mastodon's and Bluesky's stand-ins, for crowds: nobody is written to without end, so each
writes a little."""
NUMBER = "+15005550006"
META_ACCOUNT = "100200"
META_CHANNELS: tuple[ChannelName, ...] = ("whatsapp", "messenger", "instagram")
X_ACCOUNT = "42"


@dataclass(frozen=True, slots=True)
class Part:
    """`facts` go to run.json, `told` is the stand-in's environment, `settings` are the gateway's."""

    facts: dict[str, Any] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a stand-in is to be had, where its webhooks go (`/<channel>` is added), and the sandbox's secrets."""

    url: str
    webhooks: str
    keys: Mapping[str, str]


def key_names() -> list[str]:
    """Every secret that the sandbox needs."""
    personal = [f"{kind}_{name}" for kind in ("mail", "mastodon", "bluesky") for name in (OURS, *CUSTOMERS)]
    apps = ["meta_app", "meta_verify", "meta_access", "telegram", "x_app", "x_account"]
    return [*personal, *apps, "twilio_sid", "twilio_token"]


def _twilio(seat: Seat) -> Part:
    sid, token = f"AC{seat.keys['twilio_sid'].removeprefix('AC')}", seat.keys["twilio_token"]
    return Part(
        facts={
            "url": seat.url,
            "webhook": f"{seat.webhooks}/sms",
            "number": NUMBER,
            "account_sid": sid,
            "auth_token": token,
        },
        told={
            "SANDBOX_TWILIO_ACCOUNT_SID": sid,
            "SANDBOX_TWILIO_AUTH_TOKEN": token,
            "SANDBOX_TWILIO_NUMBERS": f"{NUMBER},whatsapp:{NUMBER}",
        },
        settings={
            "CHANNEL_SMS_ACCOUNT_SID": sid,
            "CHANNEL_SMS_AUTH_TOKEN": token,
            "CHANNEL_SMS_FROM_NUMBER": NUMBER,
            "CHANNEL_SMS_API_BASE": seat.url,
        },
    )


def _accounts(seat: Seat, network: str) -> dict[str, str]:
    """Name → secret of everybody who has an account there."""
    own = {name: seat.keys[f"{network}_{name}"] for name in (OURS, *CUSTOMERS)}
    return own | {f"guest{number}": f"{own[CUSTOMERS[0]]}-{number}" for number in range(GUESTS)}


def _mastodon(seat: Seat) -> Part:
    tokens = _accounts(seat, "mastodon")
    return Part(
        facts={"url": seat.url, "account": OURS, "tokens": tokens},
        told={"SANDBOX_MASTODON_ACCOUNTS": json.dumps(tokens)},
        settings={"CHANNEL_MASTODON_BASE_URL": seat.url, "CHANNEL_MASTODON_ACCESS_TOKEN": tokens[OURS]},
    )


def _meta(seat: Seat) -> Part:
    secrets = {"APP_SECRET": seat.keys["meta_app"], "VERIFY_TOKEN": seat.keys["meta_verify"]}
    secrets["ACCESS_TOKEN"] = seat.keys["meta_access"]
    settings = {"CHANNEL_WHATSAPP_PHONE_NUMBER_ID": META_ACCOUNT}
    settings |= {f"CHANNEL_{name}_ACCOUNT_ID": META_ACCOUNT for name in ("MESSENGER", "INSTAGRAM")}
    for channel in META_CHANNELS:
        settings |= {_setting(channel, name): value for name, value in secrets.items()}
        settings[_setting(channel, "API_BASE")] = seat.url
    told = {f"SANDBOX_META_{name}": value for name, value in secrets.items()}
    return Part({"url": seat.url, "account": META_ACCOUNT}, told, settings)


def _telegram(seat: Seat) -> Part:
    token = f"8001:{seat.keys['telegram']}"
    return Part(
        facts={"url": seat.url, "token": token},
        told={"SANDBOX_TELEGRAM_TOKEN": token},
        settings={"CHANNEL_TELEGRAM_BOT_TOKEN": token, "CHANNEL_TELEGRAM_API_BASE": seat.url},
    )


def _bluesky(seat: Seat) -> Part:
    passwords = _accounts(seat, "bluesky")
    return Part(
        facts={"url": seat.url, "account": OURS, "passwords": passwords},
        told={"SANDBOX_BLUESKY_ACCOUNTS": json.dumps(passwords)},
        settings={
            "CHANNEL_BLUESKY_HANDLE": OURS,
            "CHANNEL_BLUESKY_APP_PASSWORD": passwords[OURS],
            "CHANNEL_BLUESKY_SERVICE": seat.url,
            "CHANNEL_BLUESKY_DIRECTORY": seat.url,
            "CHANNEL_BLUESKY_POLL_SECONDS": "1",
        },
    )


def _x(seat: Seat) -> Part:
    return Part(
        facts={"url": seat.url, "account": X_ACCOUNT},
        told={
            "SANDBOX_X_CONSUMER_KEY": "sandbox-key",
            "SANDBOX_X_CONSUMER_SECRET": seat.keys["x_app"],
            "SANDBOX_X_ACCESS_TOKEN": f"{X_ACCOUNT}-{seat.keys['x_account']}",
        },
        settings={
            "CHANNEL_X_CONSUMER_KEY": "sandbox-key",
            "CHANNEL_X_CONSUMER_SECRET": seat.keys["x_app"],
            "CHANNEL_X_ACCESS_TOKEN": f"{X_ACCOUNT}-{seat.keys['x_account']}",
            "CHANNEL_X_ACCESS_TOKEN_SECRET": seat.keys["x_account"],
            "CHANNEL_X_USER_ID": X_ACCOUNT,
            "CHANNEL_X_API_BASE": seat.url,
        },
    )


PLAYED: Mapping[str, tuple[Callable[[Seat], Part], Mapping[ChannelName, str]]] = {
    "twilio": (_twilio, {"sms": "ACCOUNT_SID"}),
    "mastodon": (_mastodon, {"mastodon": "BASE_URL"}),
    "meta": (_meta, dict.fromkeys(META_CHANNELS, "APP_SECRET")),
    "telegram": (_telegram, {"telegram": "BOT_TOKEN"}),
    "bluesky": (_bluesky, {"bluesky": "HANDLE"}),
    "x": (_x, {"x": "CONSUMER_SECRET"}),
}
"""By the room in deploy/sandbox: how it is played, and its channels with the setting that names a real one instead."""


def played(given: Mapping[str, str]) -> dict[str, list[ChannelName]]:
    """The providers that are played beside the settings that have a value, with the channels they play."""
    left = {
        name: [channel for channel, real in channels.items() if not given.get(_setting(channel, real))]
        for name, (_, channels) in PLAYED.items()
    }
    return {name: channels for name, channels in left.items() if channels}


def part(name: str, seat: Seat, channels: Sequence[ChannelName]) -> Part:
    """A provider that plays only these of its channels; settings of the others are not ours to make."""
    whole = PLAYED[name][0](seat)
    prefixes = tuple(_setting(channel, "") for channel in channels)
    settings = {key: value for key, value in whole.settings.items() if key.startswith(prefixes)}
    return Part({**whole.facts, "channels": list(channels)}, whole.told, settings)


def _setting(channel: ChannelName, name: str) -> str:
    return f"CHANNEL_{channel.upper()}_{name}"
