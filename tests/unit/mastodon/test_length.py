"""Length as the server counts it."""

from channels.mastodon.length import counted


def test_an_address_counts_23() -> None:
    assert counted("see https://example.org/" + "x" * 200) == len("see ") + 23


def test_a_mention_counts_without_its_server() -> None:
    assert counted("@ada@example.social hi") == len("@ada hi")
