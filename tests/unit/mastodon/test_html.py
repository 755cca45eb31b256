"""A post's HTML as words; hidden and hostile parts are none, and time is linear."""

import time

import pytest

from channels.mastodon.html import text_of


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("plain", "plain"),
        ("<p>one</p><p>two</p>", "one\ntwo"),
        ("<p>one<br>two<br/><br>three</p>", "one\ntwo\n\nthree"),
        ("<p> much   white\n space </p>", "much white space"),
        ("<p>&lt;b&gt; &amp; &#39;</p>", "<b> & '"),
        ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
        ('<p>x<script>alert("1")</script></p>', "x"),
        ('<p><img src="https://tracker.example/1.gif" onerror="x()">y</p>', "y"),
        ("<p>not closed", "not closed"),
        ("<p>marks \x1e and \x1f</p>", "marks and"),
    ],
)
def test_html_becomes_text(html: str, text: str) -> None:
    assert text_of(html) == text


@pytest.mark.parametrize("piece", ["<div>", "<p>a", "<br>", "<span>", "&", "<", "</p>"])
def test_long_and_deep_posts_are_read_in_bounded_time(piece: str) -> None:
    started = time.process_time()
    text_of(piece * 100_000)
    assert time.process_time() - started < 1
