"""Lists in settings: words with commas between them; a JSON list is read too, for words that hold a comma."""

import json
from typing import Annotated, Any

from pydantic import BeforeValidator, SecretStr
from pydantic_settings import NoDecode


def split_words(value: Any) -> Any:
    """`a, b` and `["a", "b"]` as a list; raises ValueError for JSON that is cut."""
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith("["):
        return json.loads(value)
    return [word for part in value.split(",") if (word := part.strip())]


def split_pairs(value: Any) -> Any:
    """`a=1, b=2` and `{"a": 1, "b": 2}` as a mapping; raises ValueError for what is neither."""
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith("{"):
        return json.loads(value)
    pairs = [word.partition("=") for word in value.split(",") if word.strip()]
    if any(not between for _, between, _ in pairs):
        raise ValueError("write it as name=number,name=number")
    return {name.strip(): number.strip() for name, _, number in pairs}


Words = Annotated[list[str], NoDecode, BeforeValidator(split_words)]
SecretWords = Annotated[list[SecretStr], NoDecode, BeforeValidator(split_words)]
