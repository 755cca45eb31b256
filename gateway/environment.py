"""Where settings come from: the environment, then a file of NAME=value lines, secrets also from `NAME_FILE`.

Everything is resolved once, before anything is built, so that every settings class reads one truth. A name
nobody knows is refused with the nearest right one: a misspelt setting that is silently ignored costs days.
"""

import difflib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from dotenv import dotenv_values
from pydantic import ValidationError
from pydantic_settings import BaseSettings

from channels.contract import load
from channels.registry import CHANNELS
from gateway.settings import GatewaySettings
from schemas.errors import Misconfigured
from workers.fetch.settings import FetchSettings
from workers.letters.settings import LettersSettings
from workers.monitor.settings import SyntheticSettings
from workers.relate.settings import RelateSettings

S = TypeVar("S", bound=BaseSettings)
PREFIXES = ("GATEWAY_", "CHANNEL_")
ELSEWHERE = {"GATEWAY_CACHE_DIR", "GATEWAY_JAVA", "GATEWAY_MAVEN_REPOSITORY"}
"""Read by deploy/local, which the gateway never imports."""
FILE_SUFFIX = "_FILE"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting that has a value: where it came from."""

    name: str
    origin: str


def settings_classes() -> list[type[BaseSettings]]:
    """The house's and every channel's."""
    channels = (load(channel.settings) for channel in CHANNELS)
    return list(
        dict.fromkeys(
            [GatewaySettings, LettersSettings, FetchSettings, RelateSettings, SyntheticSettings, *channels]
        )
    )


def names_of(settings: type[BaseSettings]) -> dict[str, str]:
    """Environment name → field name."""
    prefix = settings.model_config.get("env_prefix", "")
    return {f"{prefix}{field}".upper(): field for field in settings.model_fields}


def known_names() -> set[str]:
    """Every name there is."""
    return ELSEWHERE | {name for settings in settings_classes() for name in names_of(settings)}


def resolve(environ: Mapping[str, str]) -> tuple[dict[str, str], list[Setting]]:
    """All settings that have a value, and where each came from; raises Misconfigured."""
    known = known_names()
    values: dict[str, str] = {}
    origins: list[Setting] = []
    for origin, source in ((_file_name(environ), _from_file(environ)), ("environment", environ)):
        for name, value in source.items():
            if name.startswith(PREFIXES):
                final, text, where = _resolved(name, value, known, origin)
                values[final] = text
                origins.append(Setting(final, where))
    return values, origins


def apply(environ: Mapping[str, str] | None = None) -> list[Setting]:
    """Resolve and put the result into this process's environment, where every settings class reads it.

    A command beside a running `gateway up` finds its cluster and accounts in the data folder's run.json; what
    is set otherwise wins.
    """
    values, origins = resolve(os.environ if environ is None else environ)
    folder = Path(values.get("GATEWAY_DATA_DIR", "data"))
    beside = {name: value for name, value in _running(folder).items() if name not in values}
    os.environ.update({**beside, **values})
    return [*origins, *(Setting(name, f"the gateway running on {folder}") for name in beside)]


def _running(folder: Path) -> dict[str, str]:
    try:
        return dict(json.loads((folder / "run.json").read_text())["settings"])
    except (OSError, ValueError, KeyError):
        return {}


def read(settings: type[S]) -> S:
    """One settings object; raises Misconfigured naming each wrong setting."""
    try:
        return settings()
    except ValidationError as error:
        by_field = {field: name for name, field in names_of(settings).items()}
        first = error.errors()[0]
        field = str(first["loc"][0]) if first["loc"] else ""
        raise Misconfigured(by_field.get(field, field), first["msg"]) from error


def _file_name(environ: Mapping[str, str]) -> str:
    return environ.get("GATEWAY_SETTINGS_FILE", "")


def _from_file(environ: Mapping[str, str]) -> dict[str, str]:
    path = _file_name(environ)
    if not path:
        return {}
    if not Path(path).is_file():
        raise Misconfigured("GATEWAY_SETTINGS_FILE", f"there is no file {path}")
    return {name: value or "" for name, value in dotenv_values(path, interpolate=False).items()}


def _resolved(name: str, value: str, known: Iterable[str], origin: str) -> tuple[str, str, str]:
    if name in known:
        return name, value, origin
    target = name.removesuffix(FILE_SUFFIX)
    if name.endswith(FILE_SUFFIX) and target in known:
        try:
            return target, Path(value).read_text(encoding="utf-8").strip(), f"{origin}: file {value}"
        except OSError as error:
            raise Misconfigured(name, f"cannot read {value}: {error.strerror}") from error
    near = difflib.get_close_matches(name, known, 1)
    hint = f"did you mean {near[0]}?" if near else "`gateway doctor` lists the settings there are"
    raise Misconfigured(name, f"no such setting; {hint}")
