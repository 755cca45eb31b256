"""What `up --sandbox` plays: every provider that the settings do not name, in one process, with keys that stay."""

import json
from pathlib import Path

import pytest

from channels.contract import load
from channels.registry import CHANNELS
from gateway.children import Program
from gateway.plan import Plan, plan
from gateway.stand_ins import PLAYED, key_names

META = {f"CHANNEL_{name}_APP_SECRET": "a real one" for name in ("WHATSAPP", "MESSENGER", "INSTAGRAM")}
REAL = {
    "twilio": {"CHANNEL_SMS_ACCOUNT_SID": "a real one"},
    "mastodon": {"CHANNEL_MASTODON_BASE_URL": "a real one"},
    "meta": META,
    "telegram": {"CHANNEL_TELEGRAM_BOT_TOKEN": "a real one"},
    "bluesky": {"CHANNEL_BLUESKY_HANDLE": "a real one"},
    "x": {"CHANNEL_X_CONSUMER_SECRET": "a real one"},
}


def played(made: Plan) -> Program:
    (program,) = (one for one in made.services if one.role == "sandbox")
    return program


def names(program: Program) -> set[str]:
    return {word.partition("=")[0] for word in program.arguments if "=" in word}


def test_all_are_played_in_one_process(tmp_path: Path) -> None:
    made = plan(tmp_path, 0, {}, sandbox=True)
    assert names(played(made)) == {*PLAYED, "playground"}
    assert set(made.facts["sandbox"]) == {*PLAYED, "playground", "mail"}


def test_every_channel_is_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in plan(tmp_path, 0, {}, sandbox=True).env.items():
        monkeypatch.setenv(name, value)
    assert [channel.name for channel in CHANNELS if not load(channel.settings)().enabled] == []


@pytest.mark.parametrize("name", PLAYED)
def test_a_provider_that_the_settings_name_is_not_played(tmp_path: Path, name: str) -> None:
    made = plan(tmp_path, 0, REAL[name], sandbox=True)
    assert names(played(made)) == {*PLAYED, "playground"} - {name}
    assert not set(REAL[name]) & set(made.env)
    assert name not in made.facts["sandbox"]


@pytest.mark.parametrize("real", META)
def test_one_of_metas_networks_for_real_leaves_the_others_played(tmp_path: Path, real: str) -> None:
    made = plan(tmp_path, 0, {real: META[real]}, sandbox=True)
    assert names(played(made)) == {*PLAYED, "playground"}
    assert set(META) & set(made.env) == set(META) - {real}
    channel = real.split("_")[1]
    assert not [name for name in made.env if name.startswith(f"CHANNEL_{channel}_")]
    assert set(made.facts["sandbox"]["meta"]["channels"]) == {
        name.split("_")[1].lower() for name in META if name != real
    }


def test_without_the_sandbox_nothing_is_played(tmp_path: Path) -> None:
    made = plan(tmp_path, 0, {}, sandbox=False)
    assert [one.role for one in made.services] == ["kafka", "serve"]
    assert not any(name.startswith("CHANNEL_") for name in made.env)


def test_keys_are_made_once_and_new_ones_are_added(tmp_path: Path) -> None:
    kept = tmp_path / "sandbox.json"
    kept.write_text(json.dumps({"mail_anna": "of an earlier version", "twilio_sid": "AC" + "1" * 32}))
    first = plan(tmp_path, 0, {}, sandbox=True)
    assert plan(tmp_path, 0, {}, sandbox=True).env == first.env
    assert first.env["CHANNEL_SMS_ACCOUNT_SID"] == "AC" + "1" * 32
    keys = json.loads(kept.read_text())
    assert keys["mail_anna"] == "of an earlier version"
    assert set(keys) == set(key_names())
