"""Settings have one origin each, and a name nobody knows is refused with the nearest right one."""

import json
from pathlib import Path

import pytest

from gateway import environment
from gateway.settings import GatewaySettings
from schemas.errors import Misconfigured


def test_an_unknown_name_names_the_nearest() -> None:
    with pytest.raises(Misconfigured, match="did you mean GATEWAY_HTTP_PORT"):
        environment.resolve({"GATEWAY_HTP_PORT": "1"})


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "s").write_text("a long enough secret\n")
    values, origins = environment.resolve({"GATEWAY_SECRET_FILE": str(tmp_path / "s")})
    assert values == {"GATEWAY_SECRET": "a long enough secret"}
    assert "file" in origins[0].origin


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    path = tmp_path / "gateway.env"
    path.write_text("GATEWAY_PACK=finance\nGATEWAY_INSTANCE=one\n")
    values, _ = environment.resolve({"GATEWAY_SETTINGS_FILE": str(path), "GATEWAY_PACK": "general"})
    assert values["GATEWAY_PACK"] == "general"
    assert values["GATEWAY_INSTANCE"] == "one"


def test_a_wrong_name_in_the_file_is_refused_too(tmp_path: Path) -> None:
    path = tmp_path / "gateway.env"
    path.write_text("GATEWAY_PAK=finance\n")
    with pytest.raises(Misconfigured, match="GATEWAY_PAK"):
        environment.resolve({"GATEWAY_SETTINGS_FILE": str(path)})


def test_a_missing_file_is_a_sentence() -> None:
    with pytest.raises(Misconfigured, match="GATEWAY_SECRET_FILE"):
        environment.resolve({"GATEWAY_SECRET_FILE": "/nowhere"})


def test_a_wrong_value_names_its_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_HTTP_PORT", "99999")
    with pytest.raises(Misconfigured, match="GATEWAY_HTTP_PORT"):
        environment.read(GatewaySettings)


def test_a_command_beside_a_running_gateway_finds_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GATEWAY_KAFKA_BOOTSTRAP", "GATEWAY_PACK"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    told = {"GATEWAY_KAFKA_BOOTSTRAP": "127.0.0.1:1", "GATEWAY_PACK": "finance"}
    (tmp_path / "run.json").write_text(json.dumps({"settings": told}))
    origins = environment.apply({"GATEWAY_DATA_DIR": str(tmp_path), "GATEWAY_PACK": "general"})
    assert environment.read(GatewaySettings).kafka_bootstrap == "127.0.0.1:1"
    assert environment.read(GatewaySettings).pack == "general"
    assert any("running" in one.origin for one in origins)
