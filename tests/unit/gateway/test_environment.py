"""Settings have one origin each, and a name nobody knows is refused with the nearest right one."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import get_origin

import pytest
from pydantic_settings import NoDecode

from gateway import environment
from gateway.folder import only_one
from gateway.sequence import DeliveryIds, split_delivery_id
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
    with only_one(tmp_path):
        origins = environment.apply({"GATEWAY_DATA_DIR": str(tmp_path), "GATEWAY_PACK": "general"})
    assert environment.read(GatewaySettings).kafka_bootstrap == "127.0.0.1:1"
    assert environment.read(GatewaySettings).pack == "general"
    assert any("running" in one.origin for one in origins)


@pytest.fixture
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No setting is set, and what a test sets is gone afterwards."""
    for name in list(os.environ):
        if name.upper().startswith(environment.PREFIXES) or name.lower() == "no_proxy":
            monkeypatch.delenv(name)
    for name in ("no_proxy", "NO_PROXY", *environment.known_names()):  # so that what `apply` sets is undone
        monkeypatch.setenv(name, "x")
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _applied(given: dict[str, str]) -> dict[str, str]:
    environment.apply(given)
    return {name: value for name, value in os.environ.items() if name.startswith(environment.PREFIXES)}


# What Kubernetes puts into every pod of a namespace with a Service of this name.
def _service(name: str, port: int = 80) -> dict[str, str]:
    base = name.upper().replace("-", "_")
    address = f"tcp://10.0.0.1:{port}"
    return {
        f"{base}_SERVICE_HOST": "10.0.0.1",
        f"{base}_SERVICE_PORT": str(port),
        f"{base}_SERVICE_PORT_HTTP": str(port),
        f"{base}_PORT": address,
        f"{base}_PORT_{port}_TCP": address,
        f"{base}_PORT_{port}_TCP_PROTO": "tcp",
        f"{base}_PORT_{port}_TCP_PORT": str(port),
        f"{base}_PORT_{port}_TCP_ADDR": "10.0.0.1",
    }


@pytest.mark.parametrize(
    "service",
    [
        "gateway",
        "gateway-http",
        "gateway-metrics",
        "gateway-kafka",
        "channel-mail-imap",
        "channel-sms",
        "channel",
    ],
)
def test_a_service_of_the_namespace_stops_and_sets_nothing(clean: Path, service: str) -> None:
    assert _applied(_service(service)) == {}
    assert environment.read(GatewaySettings).http_port == 8080
    own = {"GATEWAY_HTTP_PORT": "9090", "CHANNEL_MAIL_IMAP_PORT": "1993"}
    assert _applied({**_service(service), **own}) == own


@pytest.mark.parametrize(
    "name", ["GATEWAY_VERSION", "GATEWAY_FOO", "CHANNEL_ACCESS", "CHANNEL", "GATEWAY_INTERFACE"]
)
def test_a_strangers_name_is_ignored_in_the_environment_and_refused_in_our_file(
    clean: Path, name: str
) -> None:
    assert _applied({name: "1"}) == {}
    if "_" in name:
        path = clean / "gateway.env"
        path.write_text(f"{name}=1\n")
        with pytest.raises(Misconfigured, match=name):
            environment.resolve({"GATEWAY_SETTINGS_FILE": str(path)})


@pytest.mark.parametrize(
    "name",
    [
        "GATEWAY_PAK", "GATEWAY_KAFKA_SERVERS", "GATEWAY_KAFKA_BOOTSTRAP_SERVERS", "GATEWAY_DATADIR", "GATEWAY_SECRETS",
        "GATEWAY_PUBLIC_URI", "GATEWAY_HTTP_PORTS", "GATEWAY_LETTERS_SWICH", "CHANNEL_MAIL_SERVER", "CHANNEL_SMS_TOKEN",
        "GATEWAY_SECRT_FILE", "CHANNEL_MAIL_IMAP_PASWORD", "GATEWAY_OPERATER_TOKEN", "GATEWAY_INSTANCES",
    ],
)  # fmt: skip
def test_a_misspelt_setting_still_stops_everything(clean: Path, name: str) -> None:
    with pytest.raises(Misconfigured, match=name):
        environment.resolve({name: "1"})


@pytest.mark.parametrize("name", sorted(environment.known_names() - {"GATEWAY_SETTINGS_FILE"}))
@pytest.mark.parametrize("empty", ["", "  ", "\n"])
def test_empty_means_not_set_for_every_setting(clean: Path, name: str, empty: str) -> None:
    values, origins = environment.resolve({name: empty})
    assert (values, origins) == ({}, [])
    for settings in environment.settings_classes():
        if name in environment.names_of(settings):
            default = environment.read(settings)
            os.environ[name] = empty.strip()
            assert environment.read(settings) == default


@pytest.mark.parametrize("first", ["name", "file"])
def test_the_order_of_the_environment_decides_nothing(clean: Path, first: str) -> None:
    (clean / "s").write_text("from the file, and long enough")
    name, file = ("GATEWAY_SECRET", ""), ("GATEWAY_SECRET_FILE", str(clean / "s"))
    pair = [name, file] if first == "name" else [file, name]
    assert environment.resolve(dict(pair))[0] == {"GATEWAY_SECRET": "from the file, and long enough"}
    with pytest.raises(Misconfigured, match="GATEWAY_SECRET_FILE too"):
        environment.resolve({key: value or "another" for key, value in pair})


@pytest.mark.parametrize("around", ["{}\n", " {} ", "{}\r\n", "\t{}"])
def test_blanks_around_a_value_do_not_count(clean: Path, around: str) -> None:
    assert environment.resolve({"CHANNEL_SMS_AUTH_TOKEN": around.format("word")})[0] == {
        "CHANNEL_SMS_AUTH_TOKEN": "word"
    }


def test_a_secret_file_may_begin_with_a_mark_of_its_encoding_but_must_be_text(clean: Path) -> None:
    (clean / "bom").write_bytes(b"\xef\xbb\xbfpassword\r\n")
    assert environment.resolve({"GATEWAY_SECRET_FILE": str(clean / "bom")})[0] == {
        "GATEWAY_SECRET": "password"
    }
    (clean / "binary").write_bytes(b"\xff\xfe\x00\xd8")
    for name in ("GATEWAY_SECRET_FILE", "GATEWAY_SETTINGS_FILE"):
        with pytest.raises(Misconfigured, match=name):
            environment.resolve({name: str(clean / "binary")})
        with pytest.raises(Misconfigured, match=name):
            environment.resolve({name: str(clean)})


@pytest.mark.parametrize(
    "name, text, field, expected",
    [
        ("GATEWAY_TRUSTED_PROXIES", "10.0.0.1, 10.0.0.2", "trusted_proxies", ["10.0.0.1", "10.0.0.2"]),
        ("GATEWAY_TRUSTED_PROXIES", '["10.0.0.1"]', "trusted_proxies", ["10.0.0.1"]),
        ("CHANNEL_WEBFORM_EMBED_ORIGINS", "https://a.example.org", "embed_origins", ["https://a.example.org"]),
        ("GATEWAY_LETTERS_LANES", "sms=4, mastodon=2", "lanes", {"sms": 4, "mastodon": 2}),
        ("GATEWAY_LETTERS_LANES", '{"sms": 4}', "lanes", {"sms": 4}),
        ("GATEWAY_SYNTHETIC_CHANNELS", "webform, mail", "channels", ("webform", "mail")),
        ("CHANNEL_MAIL_OWN_ADDRESSES", "a@example.org,b@example.org", "own_addresses",
         ("a@example.org", "b@example.org")),
        ("CHANNEL_MAIL_OWN_ADDRESSES", '["a@example.org"]', "own_addresses", ("a@example.org",)),
        ("GATEWAY_SYNTHETIC_CHANNELS", '["webform"]', "channels", ("webform",)),
        ("GATEWAY_DOORS", "http://a:1, http://b:2", "doors", ["http://a:1", "http://b:2"]),
        ("GATEWAY_LETTERS_COSTLY_PREFIXES", "+8835100,+870", "costly_prefixes", ["+8835100", "+870"]),
        ("GATEWAY_OUTSIDE_BODIES", "Ombudsman=https://example.org/a?b=c", "outside_bodies",
         {"Ombudsman": "https://example.org/a?b=c"}),
        ("GATEWAY_LOG_LEVEL", "info", "log_level", "INFO"),
        ("GATEWAY_KAFKA_SECURITY_PROTOCOL", "ssl", "kafka_security_protocol", "SSL"),
        ("CHANNEL_MASTODON_PUBLIC_ANSWERS", "Unlisted", "public_answers", "unlisted"),
    ],
)  # fmt: skip
def test_lists_and_words_are_read_as_people_write_them(
    clean: Path, name: str, text: str, field: str, expected: object
) -> None:
    environment.apply({name: text})
    (settings,) = [one for one in environment.settings_classes() if name in environment.names_of(one)]
    assert getattr(environment.read(settings), field) == expected


def test_every_list_is_read_as_words() -> None:
    """Without NoDecode a setting wants JSON, which nobody writes into an environment; objects can be nothing else."""
    objects = {"CHANNEL_MAIL_MAILBOXES"}
    json_only = {
        name
        for settings in environment.settings_classes()
        for name, field in environment.names_of(settings).items()
        if get_origin(settings.model_fields[field].annotation) in (list, tuple, dict, set, frozenset)
        and NoDecode not in settings.model_fields[field].metadata
    }
    assert json_only == objects


PLAIN_WORDS = {"CHANNEL_WEBFORM_EMBED_ORIGINS", "GATEWAY_TRUSTED_PROXIES", "CHANNEL_SMS_SIGNING_SECRETS"}


@pytest.mark.parametrize(
    "name",
    [
        "GATEWAY_TRUSTED_PROXIES", "CHANNEL_WEBFORM_EMBED_ORIGINS", "GATEWAY_LETTERS_LANES", "CHANNEL_MAIL_MAILBOXES",
        "CHANNEL_SMS_SIGNING_SECRETS", "GATEWAY_SYNTHETIC_CHANNELS",
    ],
)  # fmt: skip
@pytest.mark.parametrize("text", ["[", "{", '["a"', "[[1]]"])
def test_a_list_that_cannot_be_read_names_its_setting(clean: Path, name: str, text: str) -> None:
    environment.apply({name: text})
    (settings,) = [one for one in environment.settings_classes() if name in environment.names_of(one)]
    if text == "{" and name in PLAIN_WORDS:
        assert environment.read(settings)
        return
    with pytest.raises(Misconfigured, match=name):
        environment.read(settings)


@pytest.mark.parametrize(
    "setting, values",
    [
        ("GATEWAY_KAFKA_BOOTSTRAP", ["kafka:9o92", "http://kafka:9092/", "kafka:99999", "kafka:", "a b:1", ":1"]),
        ("GATEWAY_PUBLIC_URL", ["a.example.org", "https://", "https://a b", "ftp://a", "//a", "https://a:x", "https://a?b"]),
        ("GATEWAY_INSTANCE", ["a b", "a/b", "ä"]),
        ("GATEWAY_TOPIC_PREFIX", ["a b", "a/"]),
        ("GATEWAY_HTTP_PORT", ["x", "-1", "65536"]),
    ],
)  # fmt: skip
def test_a_wrong_value_of_the_house_is_refused_at_the_start(
    clean: Path, setting: str, values: list[str]
) -> None:
    for value in values:
        environment.apply({setting: value})
        with pytest.raises(Misconfigured, match=setting):
            environment.read(GatewaySettings)


@pytest.mark.parametrize("value", ["pod-7f9c-x2", "gateway.example.org", "a_b", "worker-0"])
def test_a_pods_name_is_a_name(clean: Path, value: str) -> None:
    environment.apply({"GATEWAY_INSTANCE": value})
    instance = environment.read(GatewaySettings).own_instance
    delivery_id = DeliveryIds(f"{instance}_serve", datetime.now(UTC)).next()
    found = split_delivery_id(delivery_id)
    assert found is not None
    assert found[0] == f"{value}_serve"
    assert found[2] == 1


def test_two_hosts_have_two_names_without_a_setting(clean: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = set()
    for host in ("one", "two.example.org", "with blank"):
        monkeypatch.setattr("socket.gethostname", lambda host=host: host)
        names.add(environment.read(GatewaySettings).own_instance)
    assert names == {"one", "two.example.org", "with_blank"}


@pytest.mark.parametrize("given", ["", "internal.example.org", "internal.example.org, 127.0.0.1"])
def test_what_listens_here_is_never_asked_for_by_a_proxy(
    clean: Path, given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", given)
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example.org:3128")
    environment.apply({})
    for name in ("no_proxy", "NO_PROXY"):
        words = os.environ[name].split(",")
        assert {"localhost", "127.0.0.1", "::1"} <= set(words)
        assert len(words) == len(set(words))
        assert not given or "internal.example.org" in words
