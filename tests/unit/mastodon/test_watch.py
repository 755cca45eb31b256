"""What is remembered of the posts that complained."""

from channels.mastodon.watch import MOST_POSTS, Watched

POST = {"id": "1", "account": {"id": "7", "acct": "ada@example.social", "note": "long"}, "edited_at": None}


def test_a_deletion_tells_the_author() -> None:
    watched = Watched()
    watched.note(POST)
    event = watched.deleted("1")
    assert event is not None
    assert event["payload"] == "1"
    assert event["account"]["acct"] == "ada@example.social"
    assert watched.deleted("1") is None


def test_a_deletion_of_anything_else_is_nothing() -> None:
    assert Watched().deleted("2") is None


def test_an_edit_is_seen_once() -> None:
    watched = Watched()
    watched.note(POST)
    edited = {**POST, "edited_at": "2026-03-01T11:00:00.000Z"}
    assert not watched.edited(POST)
    assert watched.edited(edited)
    watched.note(edited)
    assert not watched.edited(edited)


def test_the_newest_are_looked_at_and_memory_is_bounded() -> None:
    watched = Watched()
    for number in range(MOST_POSTS + 5):
        watched.note({"id": str(number)})
    assert watched.latest(2) == [str(MOST_POSTS + 4), str(MOST_POSTS + 3)]
    assert not watched.knows("0")
