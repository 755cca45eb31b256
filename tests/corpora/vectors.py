"""Small vectors: header values, automatic mail by header sets, bare TNEF streams, reply bodies."""

import time
from collections.abc import Iterator

from channels.contract import Reading
from channels.mail.parse import read
from channels.mail.reading import tnef, words
from tests.corpora.checks import Check, same, same_text, settled
from tests.corpora.mail import SECONDS
from tests.corpora.material import Entry, entries


def headers() -> Iterator[Check]:
    """RFC 2047 and RFC 2231 values."""
    for entry in entries("header_decoding"):
        value = entry.line["input"]["value"].encode()
        if "subject" in entry.expected:
            yield same(entry, "value", entry.expected["subject"], words.text(value))
        if "filename" in entry.expected:
            parameters = words.value_and_parameters(value)[1]
            found = parameters.get("filename") or parameters.get("name")
            yield same(entry, "value", entry.expected["filename"], found)


def automatic() -> Iterator[Check]:
    """Header sets and whether the mail is automatic."""
    for entry in entries("autoresponder_headers"):
        raw = "\r\n".join([*entry.line["input"]["headers"], "", "text", ""]).encode()
        flags = _read(raw).message.flags
        for name in ("is_automated", "suppress_auto_response"):
            if name in entry.expected:
                yield same(entry, "automated", entry.expected[name], flags.automated)


def streams() -> Iterator[Check]:
    """winmail.dat without a mail around it."""
    for entry in entries("tnef"):
        packet = tnef.read(entry.raw())
        wanted = [item["name"] for item in entry.expected["attachments"]]
        yield same(entry, "attachments", wanted, [item.name for item in packet.enclosures])
        yield same(entry, "has_body", entry.expected["has_body"], packet.has_body)


def replies() -> Iterator[Check]:
    """Bodies whose visible words are known."""
    for entry in entries("reply_text"):
        media_type = "text/html" if entry.name.endswith(".html") else "text/plain"
        head = f"From: a@example.org\r\nSubject: Re: x\r\nContent-Type: {media_type}; charset=utf-8\r\n\r\n"
        before = time.process_time()
        reading = _read(head.encode() + entry.raw())
        seconds = time.process_time() - before
        yield Check(entry, "seconds", seconds <= SECONDS, SECONDS, round(seconds, 3))
        yield from _reply(entry, reading.message.text)


def _reply(entry: Entry, text: str) -> Iterator[Check]:
    expected = entry.expected
    if "visible_text" in expected:
        if expected.get("compare") == "ignore_all_whitespace":
            wanted, text = "".join(expected["visible_text"].split()), "".join(text.split())
            yield same(entry, "visible_text", wanted, text)
        else:
            yield same_text(entry, "visible_text", expected["visible_text"], text)
        return
    for name, holds in (("text_contains", True), ("text_excludes", False)):
        wanted = expected.get(name, [])
        for item in [wanted] if isinstance(wanted, str) else wanted:
            yield Check(entry, name, (settled(item) in settled(text)) is holds, item, text)
    if "text_starts" in expected:
        yield Check(
            entry,
            "text_starts",
            settled(text).startswith(settled(expected["text_starts"])),
            expected["text_starts"],
            text,
        )


def _read(raw: bytes) -> Reading:
    (reading,) = read(raw, {})
    return reading
