"""A letter determines its post: key, links, thread."""

from datetime import UTC, datetime, timedelta

from channels.bluesky.posts import ALPHABET, facets, post, record_key
from schemas.letter import Letter
from schemas.message import ReplyRoute


def letter(letter_id: str = "l1", seconds: int = 0) -> Letter:
    route = ReplyRoute(channel="bluesky", thread="at://a/p/1", references=["cid1", "at://a/p/0", "cid0"])
    return Letter(
        letter_id=letter_id,
        kind="acknowledgement",
        reference="r",
        channel="bluesky",
        route=route,
        text="Grüße: https://gateway.example/status.",
        created_at=datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=seconds),
    )


def test_the_key_is_a_timestamp_identifier() -> None:
    key = record_key(letter())
    assert len(key) == 13
    assert set(key) <= set(ALPHABET)
    assert key[0] in "234567abcdefghij"


def test_the_same_letter_has_the_same_key_and_another_has_not() -> None:
    assert record_key(letter()) == record_key(letter())
    assert len({record_key(letter(f"l{number}")) for number in range(2_000)}) == 2_000


def test_keys_sort_by_time() -> None:
    keys = [record_key(letter("l", seconds)) for seconds in (0, 1, 60, 86_400)]
    assert keys == sorted(keys)


def test_the_post_names_parent_and_root() -> None:
    record = post(letter())
    assert record["reply"] == {
        "parent": {"uri": "at://a/p/1", "cid": "cid1"},
        "root": {"uri": "at://a/p/0", "cid": "cid0"},
    }
    assert record == post(letter())


def test_links_are_found_by_bytes_without_the_full_stop() -> None:
    text = letter().text
    (facet,) = facets(text)
    start, end = facet["index"]["byteStart"], facet["index"]["byteEnd"]
    assert (
        text.encode()[start:end].decode() == facet["features"][0]["uri"] == "https://gateway.example/status"
    )
