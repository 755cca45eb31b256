"""Mail: whole, and each of its readers alone, where a mail around it would let few wounds through."""

from pathlib import Path
from tempfile import mkdtemp

from channels.mail.archive import open_archive
from channels.mail.reading import addresses, dates, html, identity, reply_text, rtf, tnef, words
from schemas.errors import Misconfigured
from tests.fuzz.damage import BINARY, MAIL
from tests.fuzz.target import Target, third_party
from tests.unit.mail.mails import multipart, part
from tests.unit.mail.test_hostile import SEEDS, survives
from tests.unit.mail.test_own_words import cms
from tests.unit.mail.test_tnef import FILE, WORDS, packet

_PAGE = (
    b'<html><head><title>x</title></head><body bgcolor="#fff"><p style="color:white">no</p><table><tr><td>a</td>'
    b'<td>b</td></tr></table><blockquote type="cite">old<div class="gmail_quote">older</div></blockquote>'
    b"<style>.h{display:none} @media x{.p{color:red}} /**/ p.q{background:#000}</style><ol start=3><li class=h>a</ol>"
    b'<pre>a\n  b</pre><ul><li>one</ul><div style="display: none">hidden</div>&amp;&#169;</body></html>'
)
_REPLY = b"New.\n\nOn Tue, 2 Aug 2016 at 10:00, Ann <a@b.c> wrote:\n> Old\n>> Older\n\n-- \nBo\nSent from my phone\n"
_VALUE = (
    b'=?utf-8?Q?J=C3=BCrgen?= "M., J" <j@b.c>, (c) d@e.f; g: h@i.j;; charset="x"; name*0*=utf-8\'\'%e2; n*1=b'
)
_REPORT = multipart(
    "report; report-type=delivery-status",
    part("text/plain", b"Your message could not be delivered.\r\n550 5.1.1 no such user"),
    part(
        "message/delivery-status",
        b"Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; anna@customer.example\r\nAction: failed\r\n"
        b"Status: 5.0.0\r\nDiagnostic-Code: smtp; 550 5.1.1 unknown\r\n",
    ),
    part("message/rfc822", b"Message-ID: <letter.abc.def@example.org>\r\nSubject: x\r\n\r\nx"),
)
_CALENDAR = multipart(
    "alternative",
    part("text/plain", b"Invitation"),
    part(
        "text/calendar; method=REQUEST; charset=utf-8",
        b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n",
    ),
)
_PASSED_ON = multipart(
    "mixed",
    part(
        "text/plain",
        b"See below.\r\n\r\nBegin forwarded message:\r\n\r\nFrom: a@b.c\r\nSubject: x\r\n\r\nGas.\r\n",
    ),
    part("message/rfc822", b"From: Old <o@b.c>\r\nSubject: x\r\n\r\nIt smells of gas.\r\n"),
    part(
        "text/calendar; method=REPLY",
        b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nCOMMENT:no\\, never\r\nEND:VCALENDAR\r\n",
    ),
    part("application/pkcs7-mime", cms("02", b"Content-Type: text/plain\r\n\r\nHe was found.\r\n")),
)
_FORM = (
    b"From: Website <help@example.org>\r\nReply-To: jo@b.c\r\nX-Original-From: ann@b.c\r\nTo: help@example.org\r\n"
    b"Auto-Submitted: auto-generated\r\nReturn-Path: <>\r\nList-Id: <help.example.org>\r\nX-Loop: yes\r\n"
    b"Subject: [EXTERNAL] Re: Automatic reply: x\r\n\r\nName: Jo\r\nE-mail: jo@b.c\r\nI am away until Monday.\r\n"
)
_FOLDER = Path(mkdtemp(prefix="fuzz-"))


def _page(raw: bytes) -> None:
    text = raw.decode("utf-8", "replace")
    assert "\0" not in html.to_text(text.replace("\0", ""))
    html.to_text(text, quoting=html.quotes(text))


def _reply(raw: bytes) -> None:
    said = reply_text.visible(raw.decode("utf-8", "replace"))
    assert len(said.text) <= len(raw) + 1  # an empty line above a mail that was passed on


def _packet(raw: bytes) -> None:
    for found in tnef.read(raw).enclosures:
        assert len(found.content) <= len(raw)


def _rich(raw: bytes) -> None:
    rtf.to_text(raw)
    rtf.to_text(rtf.decompress(raw))


def _value(raw: bytes) -> None:
    line = words.text(raw)
    assert not set("\r\n\0") & set(line)
    words.value_and_parameters(raw)
    addresses.parse(raw)
    dates.parse(line)
    identity.content_hash(raw)


def _archive(raw: bytes) -> None:
    path = _FOLDER / "box.mbox"
    path.write_bytes(raw)
    try:
        archive = open_archive(path)
    except Misconfigured:
        return
    for number in range(len(archive)):
        archive.key(number)
        archive.mail(number)


_MBOX = b"".join(
    b"From a@b.c Thu Jan  1 10:00:00 2026\n" + raw.replace(b"\r\n", b"\n") + b"\n" for raw in SEEDS
)
_RTF = [
    b"{\\rtf1\\ansi It \\'fc leaks.\\par}",
    b"\x30\0\0\0\x30\0\0\0MELA\0\0\0\0{\\rtf1 a}",
    b"\x30\0\0\0\x30\0\0\0LZFu\0\0\0\0\x0f",
]

TARGETS = (
    Target("mail", [*SEEDS, _REPORT, _CALENDAR, _PASSED_ON, _FORM, *third_party("email")], survives, MAIL),
    Target("mail: html", [_PAGE], _page, MAIL),
    Target("mail: reply text", [_REPLY, *third_party("reply_text")], _reply, MAIL),
    Target("mail: tnef", [packet(*FILE, WORDS), *third_party("tnef")], _packet, BINARY),
    Target("mail: rtf", _RTF, _rich, (*BINARY, b"{\\pict", b"\\'", b"\\u99999?", b"}", b"{")),
    Target("mail: header values", [_VALUE, b"Tue, 31 Feb 9999 25:61:61 +9999 (XYZ)"], _value, MAIL),
    Target("mail: mbox", [_MBOX], _archive, MAIL),
)  # fmt: skip
