"""winmail.dat: packets built by hand, whole and broken."""

import struct

from hypothesis import given
from hypothesis import strategies as some

from channels.mail.reading import rtf, tnef
from tests.unit.mail.mails import mail, message_of, multipart, part, reading_of


def attribute(level: int, name: int, value: bytes) -> bytes:
    return struct.pack("<BHHI", level, name, 0, len(value)) + value + b"\0\0"


def properties(*found: tuple[int, int, bytes]) -> bytes:
    out = struct.pack("<I", len(found))
    for tag, kind, value in found:
        out += struct.pack("<HHII", kind, tag, 1, len(value)) + value + b"\0" * (-len(value) % 4)
    return out


def packet(*attributes: bytes) -> bytes:
    return tnef.SIGNATURE + b"\0\0" + b"".join(attributes)


FILE = (
    attribute(2, 0x9002, b""),
    attribute(2, 0x8010, b"SHORT~1.TXT\0"),
    attribute(2, 0x800F, b"content"),
    attribute(2, 0x9005, properties((0x3707, 31, "long näme.txt\0".encode("utf-16-le")))),
)
WORDS = attribute(1, 0x9003, properties((0x1000, 31, "It leaks.\0".encode("utf-16-le"))))


def test_a_file_has_its_long_name() -> None:
    (found,) = tnef.read(packet(*FILE)).enclosures
    assert (found.name, found.content) == ("long näme.txt", b"content")


def test_the_short_name_serves_without_a_long_one() -> None:
    assert [item.name for item in tnef.read(packet(*FILE[:3])).enclosures] == ["SHORT~1.TXT"]


def test_a_packet_stands_for_its_files_in_a_mail() -> None:
    raw = multipart(
        "mixed",
        part("text/plain", b"See file."),
        part("application/ms-tnef; name=winmail.dat", packet(*FILE)),
    )
    assert [item.name for item in message_of(raw).attachments] == ["long näme.txt"]
    assert reading_of(raw).contents == (b"content",)


def test_its_words_are_read_when_the_mail_has_none() -> None:
    assert message_of(mail(packet(WORDS), extra=b"Content-Type: application/ms-tnef\r\n")).text == "It leaks."


def test_html_words_are_read_as_text() -> None:
    body = attribute(1, 0x9003, properties((0x1013, 258, b"<p>It <b>leaks</b>.</p>")))
    assert tnef.read(packet(body)).text == "It leaks."


def test_a_cut_packet_gives_what_came_before() -> None:
    whole = packet(*FILE, *FILE)
    found = tnef.read(whole[:-20])
    assert len(found.enclosures) == 2
    assert found.problems


def test_what_is_none_stays_a_file() -> None:
    raw = multipart(
        "mixed", part("text/plain", b"x"), part("application/ms-tnef; name=winmail.dat", b"no packet")
    )
    assert [item.name for item in message_of(raw).attachments] == ["winmail.dat"]


@given(some.binary(max_size=300))
def test_any_bytes_are_survived(data: bytes) -> None:
    tnef.read(tnef.SIGNATURE + b"\0\0" + data)
    tnef.read(packet(attribute(2, 0x9002, b""), attribute(2, 0x9005, data), attribute(1, 0x9003, data)))
    rtf.to_text(rtf.decompress(struct.pack("<III", len(data), 10**9, 0x75465A4C) + b"\0" * 4 + data))
    rtf.to_text(data)


def test_rtf_words() -> None:
    source = rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}{\*\generator x;}It\'e9 \b leaks\b0\par \u1055?\{x\}}"
    assert rtf.to_text(source) == "Ité leaks\nП{x}"


def test_stored_and_compressed_rtf() -> None:
    stored = struct.pack("<IIII", 20, 7, 0x414C454D, 0) + b"{\\rtf1}"
    assert rtf.decompress(stored) == b"{\\rtf1}"
    # Example of [MS-OXRTFCP] section 3.1.1
    example = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    assert rtf.decompress(example) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
