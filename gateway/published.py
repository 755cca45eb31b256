"""The published contracts: JSON Schema for each record and asyncapi.yaml for the topics, made from the models."""

import json
from pathlib import Path
from typing import Any

import yaml

import schemas
from gateway import documents
from schemas import topics
from schemas.assessment import Assessment
from schemas.compatibility import breaks
from schemas.intake import Alias
from schemas.letter import Consent, LetterReceipt, LetterSettled, LetterStatus
from schemas.media import AttachmentNews
from schemas.relation import Relation
from schemas.wire import Wire

FOLDER = Path(schemas.__file__).parent / "published"
RELEASED = Path(schemas.__file__).parent / "released"
EXTRA: tuple[type[Wire], ...] = (
    Assessment,
    LetterReceipt,
    LetterSettled,
    LetterStatus,
    Consent,
    Alias,
    AttachmentNews,
    Relation,
)
"""Records that share a topic with another one."""


def wanted() -> dict[str, str]:
    """File name → content, as it should be."""
    models = {topic.model for topic in (*topics.HOUSE, topics.queue("name")) if topic.model} | set(EXTRA)
    made = {
        f"{model.__name__}.v1.json": json.dumps(_schema(model), indent=2, ensure_ascii=False) + "\n"
        for model in sorted(models, key=lambda model: model.__name__)
    }
    made["settings.md"] = documents.settings()
    made["topics.md"] = documents.topics()
    made["metrics.md"] = documents.metrics()
    made["asyncapi.yaml"] = yaml.safe_dump(_asyncapi(), sort_keys=False, allow_unicode=True, width=110)
    return made


def drift(folder: Path = FOLDER) -> list[str]:
    """Names of files that differ, are missing, or are left over."""
    right = wanted()
    there = {
        path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.*") if path.suffix != ".py"
    }
    return sorted(name for name in right.keys() | there.keys() if right.get(name) != there.get(name))


def broken(released: Path = RELEASED) -> list[str]:
    """What the models take away from a release within the same major version, as sentences; see `breaks`."""
    now = {name: json.loads(text) for name, text in wanted().items() if name.endswith(".json")}
    found = []
    for path in sorted(released.glob("*.json")):
        for name, before in sorted(json.loads(path.read_text(encoding="utf-8")).items()):
            says = breaks(before, now[name]) if name in now else ["the record is gone"]
            found += [f"{path.stem}: {name}: {one}" for one in says]
    return found


def release(version: str, released: Path = RELEASED) -> Path:
    """Keep the schemas as they are now as those of a release, which nothing may take away from later."""
    kept = {name: json.loads(text) for name, text in wanted().items() if name.endswith(".json")}
    path = released / f"{version}.json"
    path.write_text(json.dumps(kept, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def write(folder: Path = FOLDER) -> list[str]:
    """Write what differs; gives back the names."""
    folder.mkdir(parents=True, exist_ok=True)
    right = wanted()
    changed = drift(folder)
    for name in changed:
        if name in right:
            (folder / name).write_text(right[name], encoding="utf-8")
        else:
            (folder / name).unlink()
    return changed


def _schema(model: type[Wire]) -> dict[str, Any]:
    schema = model.model_json_schema(mode="serialization")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{model.__name__}.v1.json",
        **schema,
    }


def _asyncapi() -> dict[str, Any]:
    every = (*topics.HOUSE, topics.queue("{name}"))
    shown = [topic for topic in every if topic.model is not None]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Complaints intake gateway",
            "version": "1.0.0",
            "description": "CloudEvents 1.0 in binary mode; read queues with isolation.level=read_committed and "
            "dedupe on ce_id. Within a major version no field is removed or given a new meaning.",
        },
        "defaultContentType": "application/json",
        "channels": {_channel(topic.name): _describe(topic) for topic in shown},
        "operations": {
            ("receive" if topic.role == "outcomes" else "send")
            + _channel(topic.name).title().replace("_", ""): {
                "action": "receive" if topic.role == "outcomes" else "send",
                "channel": {"$ref": f"#/channels/{_channel(topic.name)}"},
            }
            for topic in shown
        },
    }


def _channel(name: str) -> str:
    return name.replace(".", "_").replace("{", "").replace("}", "")


def _describe(topic: topics.Topic) -> dict[str, Any]:
    assert topic.model is not None
    described: dict[str, Any] = {
        "address": topic.name,
        "description": topic.about,
        "messages": {
            topic.model.__name__: {
                "contentType": "application/octet-stream"
                if topic is topics.DELIVERIES
                else "application/json",
                "summary": f"Key: {topic.key}.",
                "payload": {"$ref": f"./{topic.model.__name__}.v1.json"},
            }
        },
    }
    if "{name}" in topic.name:
        described["parameters"] = {"name": {"description": "A queue of the routing rules."}}
    return described
