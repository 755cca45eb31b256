"""The committed contracts are those of the models."""

from gateway.published import drift


def test_published_schemas_do_not_drift() -> None:
    assert drift() == [], "run `gateway schemas export` and review the diff"
