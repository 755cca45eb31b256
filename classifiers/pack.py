"""What a pack says of itself, in words: `pack.yaml`, which an organisation edits, checked when it is read."""

from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from schemas.errors import Misconfigured
from schemas.names import Priority, Severity

FACTS_FILE = "pack.yaml"
_SETTING = "GATEWAY_PACK, GATEWAY_PACK_DIR"
_SHIPPED = Path(__file__).parent / "packs"


class Category(BaseModel):
    """One category and what belongs in it. Where its cases go is for the routing rules to say."""

    model_config = ConfigDict(extra="forbid")

    definition: str

    @model_validator(mode="before")
    @classmethod
    def _queue_is_for_rules(cls, value: Any) -> Any:
        if isinstance(value, dict) and "queue" in value:
            raise ValueError(
                "take `queue` out: nothing ever read it. A rule in the file of GATEWAY_ROUTES sends a category"
                " to a queue: when: {category: NAME}"
            )
        return value


class Hazard(BaseModel):
    """What a kind of danger does to a case."""

    model_config = ConfigDict(extra="forbid")

    definition: str
    priority: Priority = "urgent"
    severity: Severity = "high"


class PackFacts(BaseModel):
    """The whole of `pack.yaml`."""

    model_config = ConfigDict(extra="forbid")

    name: str
    version: str
    languages: list[str] = Field(min_length=1)
    """Languages that the pack's models read; the lexicon may know more."""
    category_from: Literal["rules", "model", "meaning"]
    other: str = "other"
    """The category of a text that fits none."""
    categories: dict[str, Category]
    hazards: dict[str, Hazard]


def read_facts(folder: Path) -> PackFacts:
    """Read `pack.yaml`; raises Misconfigured that names the file and the field."""
    file = folder / FACTS_FILE
    try:
        return PackFacts.model_validate(yaml.safe_load(file.read_text("utf-8")))
    except FileNotFoundError as error:
        raise Misconfigured(_SETTING, f"{folder} holds no {FACTS_FILE}: is it a pack's folder?") from error
    except yaml.YAMLError as error:
        raise Misconfigured(_SETTING, f"{file} is not YAML: {error}") from error
    except ValidationError as error:
        lines = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise Misconfigured(_SETTING, f"{file}: {lines}") from error


def home_of(pack: str, folder: Path | None) -> Path:
    """Where a pack is: an organisation's own `folder`, else the shipped one of this name."""
    return folder or _SHIPPED / pack
