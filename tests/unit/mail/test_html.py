"""HTML as its reader sees it."""

import pytest

from channels.mail.reading.html import to_text
from tests.unit.mail.mails import mail, message_of

SEEN = {
    "<p>One</p><p>Two</p>": "One\n\nTwo",
    "One<br>Two<br><br>Three": "One\nTwo\n\nThree",
    "<div>One</div><div>Two</div>": "One\nTwo",
    "<div>One<div>Two</div>Three</div>": "One\nTwo\nThree",
    "a   lot\n of  space": "a lot of space",
    "<b>bold</b> and <i>thin</i>": "bold and thin",
    "<ul><li>One</li><li>Two</li></ul>": "* One\n* Two",
    "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>": "a b\nc",
    "<pre>x\n  y</pre>": "x\n  y",
    "&lt;tag&gt; &amp; &eacute;&nbsp;x": "<tag> & é x",
    "<a href='https://e.example'>here</a>": "here",
    "<p>One</p>\n\n<p></p><p>&nbsp;</p><p>Two</p>": "One\n\nTwo",
    "<title>no</title><style>p{}</style><script>alert(1)</script>yes": "yes",
    "<!-- no -->yes<template>no</template><noscript>no</noscript>": "yes",
    "<svg><text>no</text><script>no()</script></svg>yes": "yes",
    "<span>unclosed <b>tags": "unclosed tags",
    "plain words": "plain words",
    "": "",
}


@pytest.mark.parametrize("html", SEEN)
def test_what_a_reader_sees(html: str) -> None:
    assert to_text(html) == SEEN[html]


@pytest.mark.parametrize(
    "attribute",
    [
        "style='display:none'",
        "style='DISPLAY : none !important'",
        "style='visibility:hidden'",
        "style='font-size:0'",
        "style='font-size:0px;line-height:0'",
        "style='opacity:0'",
        "style='mso-hide:all'",
        "style='max-height:0;overflow:hidden'",
        "style='color:#ffffff'",
        "style='color:white;background:#fff'",
        "style='text-indent:-9999px'",
        "hidden",
    ],
)
def test_hidden_words_are_not_read(attribute: str) -> None:
    assert to_text(f"<p>seen</p><div {attribute}>urgent gas leak</div>") == "seen"


@pytest.mark.parametrize(
    "attribute",
    [
        "style='color:#ffffff;background:#003366'",
        "style='font-size:10px'",
        "style='opacity:0.8'",
        "class='x'",
    ],
)
def test_shown_words_are_read(attribute: str) -> None:
    assert to_text(f"<div {attribute}>seen</div>") == "seen"


SHEET = (
    "<style>.a{display:none} @media print{.p{display:none}} div.b{font-size:1px} #c{color:#fefefe}</style>"
)
UNSEEN = [
    "class='a'",
    "class='x a'",
    "class='b'",
    "id='c'",
    "style='d\\69splay:none'",
    "style='display:/* */none'",
    "style='font-size:1px'",
    "style='color:#fdfdfd'",
    "style='color:transparent'",
    "style='color:rgba(0,0,0,0)'",
    "style='background:#123456;color:#123457'",
]


@pytest.mark.parametrize("attribute", UNSEEN)
def test_words_that_are_surely_hidden_are_not_read(attribute: str) -> None:
    assert to_text(f"{SHEET}<p>seen</p><div {attribute}>urgent gas leak</div>") == "seen"
    assert to_text(f"{SHEET}<div {attribute}>all of the complaint</div>") == "all of the complaint"


PLAINLY_SEEN = [
    "<body style='background:#111'><p style='color:#fff'>seen</p>",
    "<table bgcolor='#222222'><tr><td style='color:white'>seen</td></tr></table>",
    "<style>body{background-color:#000}</style><p style='color:#fff'>seen</p>",
    "<style>table td.x{background:#000}</style><table><tr><td class='x'><p style='color:#fff'>seen</table>",
    "<div style='background:url(night.png)'><p style='color:#fff'>seen</p></div>",
    "<style>@media print{.p{display:none}}</style><p class='p'>seen</p>",
    "<p style='font-size:11px'>seen</p>",
    "<p style='font-size:0.9em'>seen</p>",
    "<p style='color:#888'>seen</p>",
]


@pytest.mark.parametrize("page", PLAINLY_SEEN)
def test_in_doubt_words_are_read(page: str) -> None:
    assert to_text(f"{page}<p>more</p>").split() == ["seen", "more"]


def test_items_keep_the_numbers_that_people_refer_to() -> None:
    first = "<ol><li>a</li><li>b<ul><li>x</li></ul></li><li value='7'>c</li></ol>"
    page = f"{first}<ol start='3'><li>d</li></ol><ul><li>e</li></ul>"
    assert to_text(page).split("\n") == ["1. a", "2. b", "", "* x", "", "7. c", "", "3. d", "", "* e"]


def test_quotations_are_marked_when_asked_for() -> None:
    html = "<div>New</div><div>On Monday Ann wrote:</div><blockquote>Old<blockquote>Older</blockquote></blockquote>"
    assert to_text(html, quoting=True) == "New\nOn Monday Ann wrote:\n\n> Old\n>\n> > Older"


REPLIES = {
    "gmail": '<div dir="ltr">New</div><br><div class="gmail_quote"><div class="gmail_attr">On Tue, Aug 2, 2016 at 10:00'
    " AM Ann &lt;<a>ann@example.com</a>&gt; wrote:<br></div>"
    '<blockquote class="gmail_quote">Old</blockquote></div>',
    "outlook": '<p class="MsoNormal">New</p><div style="border:none;border-top:solid #E1E1E1 1.0pt"><p><b>From:</b>'
    " Ann<br><b>Sent:</b> Tuesday<br><b>To:</b> Bo<br><b>Subject:</b> x</p></div><p>Old</p>",
    "apple": "New<div><br><blockquote type='cite'>"
    "<div>On 2 Aug 2016, at 10:00, Ann &lt;ann@example.com&gt; wrote:</div>"
    "<div>Old</div></blockquote></div>",
    "thunderbird": "New<br><div class='moz-cite-prefix'>On 02/08/16 10:00, Ann wrote:<br></div>"
    "<blockquote>Old</blockquote>",
    "yahoo": "<div>New</div><div class='yahoo_quoted'><div>On Tuesday, Ann &lt;a@example.com&gt; wrote:</div>Old</div>",
    "signature": "<div>New</div><div class='gmail_signature'>Ann Lee</div>",
}


@pytest.mark.parametrize("name", REPLIES)
def test_replies_in_html(name: str) -> None:
    extra = b"In-Reply-To: <letter.01.k@example.org>\r\nContent-Type: text/html; charset=utf-8\r\n"
    message = message_of(mail(REPLIES[name].encode(), extra=extra))
    assert message.text == "New"
    assert message.html


def test_depth_and_size_cost_no_recursion() -> None:
    assert to_text("<div>" * 50_000 + "deep<script>no()</script> &amp; <p>low") == "deep & \nlow"
