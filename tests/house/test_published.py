"""The committed contracts are those of the models."""

from gateway.documents import README, readme
from gateway.published import drift


def test_published_schemas_do_not_drift() -> None:
    assert drift() == [], "run `gateway schemas export` and review the diff"


def test_the_readme_lists_the_channels_there_are() -> None:
    text = README.read_text(encoding="utf-8")
    assert readme(text) == text, "run `gateway schemas export`"
