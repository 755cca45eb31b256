"""Identity parts are frozen: these values must never change (see schemas/identity.py)."""

from channels.sameness import parts, target_parts
from schemas.identity import message_identity
from schemas.message import Message

MESSAGE = Message(channel="mastodon", message_id="501", account="care@help.example")
EDIT = MESSAGE.model_copy(update={"kind": "edit", "target_id": "9001"})


def test_golden_vectors() -> None:
    assert parts(MESSAGE, "9001") == (b"message", b"care@help.example", b"9001", b"")
    assert message_identity("mastodon", parts(MESSAGE, "9001")) == "3dfd83f7c1a483ee3149359b4ee20359"


def test_a_change_names_the_identity_of_what_it_changes() -> None:
    assert target_parts(EDIT) == parts(MESSAGE, "9001")
    assert parts(EDIT, "9001", "2026") != parts(MESSAGE, "9001")
