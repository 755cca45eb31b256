"""Where settings come from: the environment, then a file of NAME=value lines, secrets also from `NAME_FILE`.

Everything is resolved once, before anything is built, so that every settings class reads one truth. Empty means not
set, blanks around a value do not count. A misspelt name is refused with the nearest right one: a setting that is
silently ignored costs days. What others put into our environment (`gateway.strangers`) is left out of it.
"""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin

from dotenv import dotenv_values
from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsError

from channels.contract import load
from channels.registry import CHANNELS
from gateway import strangers
from gateway.folder import running_settings
from gateway.settings import GatewaySettings
from schemas.errors import Misconfigured
from workers.fetch.settings import FetchSettings
from workers.letters.settings import LettersSettings
from workers.monitor.settings import SyntheticSettings
from workers.overflow.settings import OverflowSettings
from workers.relate.settings import RelateSettings

S = TypeVar("S", bound=BaseSettings)
PREFIXES = ("GATEWAY_", "CHANNEL_")
ELSEWHERE = {"GATEWAY_CACHE_DIR", "GATEWAY_JAVA", "GATEWAY_MAVEN_REPOSITORY"}
"""Read by deploy/local, which the gateway never imports."""
FILE_SUFFIX = "_FILE"
OURSELVES = ("localhost", "127.0.0.1", "::1")
SETTINGS_FILE = "GATEWAY_SETTINGS_FILE"
_FIELD = re.compile(r'field "(\w+)"')


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting that has a value: where it came from."""

    name: str
    origin: str


def settings_classes() -> list[type[BaseSettings]]:
    """The house's and every channel's."""
    channels = (load(channel.settings) for channel in CHANNELS)
    workers = (LettersSettings, FetchSettings, OverflowSettings, RelateSettings, SyntheticSettings)
    return list(dict.fromkeys([GatewaySettings, *workers, *channels]))


def names_of(settings: type[BaseSettings]) -> dict[str, str]:
    """Environment name → field name."""
    prefix = settings.model_config.get("env_prefix", "")
    return {f"{prefix}{field}".upper(): field for field in settings.model_fields}


def known_names() -> set[str]:
    """Every name there is."""
    return set(known_types())


def known_types() -> dict[str, Any]:
    """Every name there is, with the type of its value (None for what deploy/local reads)."""
    known: dict[str, Any] = dict.fromkeys(ELSEWHERE)
    for settings in settings_classes():
        known |= {name: settings.model_fields[field].annotation for name, field in names_of(settings).items()}
    return known


def resolve(environ: Mapping[str, str]) -> tuple[dict[str, str], list[Setting]]:
    """All settings that have a value, and where each came from; raises Misconfigured."""
    known = known_types()
    values: dict[str, str] = {}
    origins: dict[str, Setting] = {}
    path = environ.get(SETTINGS_FILE, "").strip()
    given = {name: value for name, value in environ.items() if not strangers.is_one(name, value, known)}
    for origin, source in ((path, _from_file(path)), ("environment", given)):
        for name, text, where in _set_in(source, known, origin):
            values[name] = _canonical(known[name], text)
            origins[name] = Setting(name, where)
    return values, list(origins.values())


def apply(environ: Mapping[str, str] | None = None) -> list[Setting]:
    """Resolve and put the result into this process's environment, where every settings class reads it.

    A command beside a running `gateway up` finds its cluster and accounts in the data folder's run.json; what
    is set otherwise wins.
    """
    values, origins = resolve(os.environ if environ is None else environ)
    folder = Path(values.get("GATEWAY_DATA_DIR", "data"))
    beside = {name: value for name, value in running_settings(folder).items() if name not in values}
    put({**beside, **values})
    return [*origins, *(Setting(name, f"the gateway running on {folder}") for name in beside)]


def put(values: Mapping[str, str]) -> None:
    """Make these the settings of this process and its children: what else has our prefixes goes, be it an empty
    value, the name of a file that was read, or a stranger's."""
    for name in [name for name in os.environ if name.startswith(PREFIXES) and name not in ELSEWHERE]:
        if name not in values:
            del os.environ[name]
    os.environ.update(values)
    _reach_ourselves()


def _reach_ourselves() -> None:
    """What listens on this machine is never asked for by a proxy (HTTP_PROXY without NO_PROXY)."""
    given = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    words = [word.strip() for word in given.split(",") if word.strip()]
    all_words = ",".join([*words, *(one for one in OURSELVES if one not in words)])
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = all_words


def read(settings: type[S]) -> S:
    """One settings object; raises Misconfigured naming each wrong setting."""
    by_field = {field: name for name, field in names_of(settings).items()}
    try:
        return settings(_env_ignore_empty=True)
    except ValidationError as error:
        prefix = str(settings.model_config.get("env_prefix", ""))
        wrong = error.errors()
        said = [
            f"{one['msg']}" if len(wrong) == 1 else f"{_name(one, by_field, prefix)}: {one['msg']}"
            for one in wrong
        ]
        raise Misconfigured(_name(wrong[0], by_field, prefix), "; ".join(said)) from error
    except SettingsError as error:
        field = _FIELD.search(str(error))
        name = by_field.get(field.group(1), "") if field else ""
        raise Misconfigured(
            name or str(settings.__name__), f"is not the JSON that is wanted ({error})"
        ) from error


def _name(wrong: Mapping[str, Any], by_field: Mapping[str, str], prefix: str) -> str:
    field = str(wrong["loc"][0]) if wrong["loc"] else ""
    return by_field.get(field, field or f"{prefix}…")


def _from_file(path: str) -> dict[str, str]:
    """A name may stand in it twice: the last one counts."""
    if not path:
        return {}
    if not Path(path).is_file():
        raise Misconfigured(SETTINGS_FILE, f"there is no file {path}")
    try:
        found = dotenv_values(path, interpolate=False, encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise Misconfigured(SETTINGS_FILE, f"{path} cannot be read as text: {error}") from error
    return {name: value or "" for name, value in found.items()}


def _set_in(
    source: Mapping[str, str], known: Mapping[str, Any], origin: str
) -> Iterable[tuple[str, str, str]]:
    """(name, value, where) of what one source sets, directly or by a file; raises Misconfigured for both."""
    direct: dict[str, str] = {}
    files: dict[str, str] = {}
    for name, value in source.items():
        text = value.strip()
        if not name.startswith(PREFIXES):
            continue
        if name in known:
            direct[name] = text
        elif name.endswith(FILE_SUFFIX) and name.removesuffix(FILE_SUFFIX) in known:
            files[name.removesuffix(FILE_SUFFIX)] = text
        else:
            raise Misconfigured(name, f"no such setting; {strangers.hint(name, known)}")
    for name, text in direct.items():
        if text:
            if files.get(name):
                raise Misconfigured(name, f"is set, and {name}{FILE_SUFFIX} too; keep one of them")
            yield name, text, origin
    for name, path in files.items():
        if path and (text := _content(f"{name}{FILE_SUFFIX}", path)):
            yield name, text, f"{origin}: file {path}"


def _content(name: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8-sig").strip()
    except OSError as error:
        raise Misconfigured(name, f"cannot read {path}: {error.strerror}") from error
    except ValueError as error:
        raise Misconfigured(name, f"{path} is no text in UTF-8") from error


def _canonical(wanted: Any, text: str) -> str:
    """A word of a fixed list as the list writes it: INFO for info."""
    choices = (
        [one for one in get_args(wanted) if isinstance(one, str)] if get_origin(wanted) is Literal else []
    )
    return next((one for one in choices if one.lower() == text.lower()), text)
