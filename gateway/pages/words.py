"""The pages' words: one file for each language, the same keys in all, chosen by what the reader asks for."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from starlette.requests import Request

_FOLDER = Path(__file__).parent / "words"


class Catalogue:
    """`catalogue.key` is a text; `catalogue("key", name=value)` fills its placeholders in."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts

    def __getattr__(self, key: str) -> str:
        try:
            return self._texts[key]
        except KeyError as error:
            raise AttributeError(key) from error

    def __call__(self, key: str, **values: object) -> str:
        text = self._texts[key]
        return text.format(**values) if values else text

    def get(self, key: str, otherwise: str) -> str:
        """The text of `key`, or that of another one."""
        return self._texts.get(key) or self._texts[otherwise]

    def keys(self) -> set[str]:
        """Every key there is."""
        return set(self._texts)


@cache
def catalogue(language: str) -> Catalogue:
    """The words of one of our languages."""
    with (_FOLDER / f"{language}.yaml").open(encoding="utf-8") as file:
        texts: dict[str, Any] = yaml.safe_load(file)
    return Catalogue({key: str(text).strip() for key, text in texts.items()})


@cache
def languages() -> tuple[str, ...]:
    """The languages there are, by their codes."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))


@cache
def names() -> tuple[tuple[str, str], ...]:
    """Each language's code and how it calls itself."""
    return tuple((code, catalogue(code).language_name) for code in languages())


def language_of(request: Request, default: str) -> str:
    """`?lang=`, else the form that was sent, else Accept-Language (RFC 9110, 12.5.4), else the default."""
    asked = [request.query_params.get("lang", ""), getattr(request.state, "language", "")]
    asked += _accepted(request.headers.get("accept-language", ""))
    for tag in asked:
        code = tag.lower().split("-")[0]
        if code in languages():
            return code
    return default


def _accepted(header: str) -> list[str]:
    weighted = []
    for place, item in enumerate(header.split(",")[:20]):
        tag, _, weight = item.strip().partition(";q=")
        try:
            weighted.append((-float(weight or 1), place, tag))
        except ValueError:
            continue
    return [tag for _, _, tag in sorted(weighted)]
