"""Lists in settings: words with commas between them; a JSON list is read too, for words that hold a comma."""

import json
import re
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


def split_tokens(value: Any) -> Any:
    """The same for words that hold no blank, as addresses: blanks may stand between them, too."""
    if not isinstance(value, str) or value.lstrip().startswith("["):
        return split_words(value)
    return [word for word in re.split(r"[,\s]+", value) if word]


def split_pairs(value: Any) -> Any:
    """`a=1, b=2` and `{"a": 1, "b": 2}` as a mapping; raises ValueError for what is neither."""
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith("{"):
        return json.loads(value)
    pairs = [word.partition("=") for word in value.split(",") if word.strip()]
    if any(not between for _, between, _ in pairs):
        raise ValueError("write it as name=value,name=value")
    return {name.strip(): text.strip() for name, _, text in pairs}


Words = Annotated[list[str], NoDecode, BeforeValidator(split_words)]
Pairs = Annotated[dict[str, str], NoDecode, BeforeValidator(split_pairs)]
SecretWords = Annotated[list[SecretStr], NoDecode, BeforeValidator(split_words)]
