"""Header values, addresses, dates, threads: as RFC 5322 has them and as senders write them."""

import pytest

from channels.mail.reading import addresses, charset, dates, words
from tests.unit.mail.mails import HEAD, mail, message_of

SUBJECTS = {
    b"plain": "plain",
    b"=?utf-8?B?Q2Fmw6k=?=": "Café",
    b"=?utf-8?Q?Caf=C3=A9_au_lait?=": "Café au lait",
    b"=?iso-8859-1?Q?a?= =?iso-8859-1?Q?b?=": "ab",
    b"=?utf-8?B?w?= =?utf-8?B?6k=?=": "é",
    b"=?utf-8?Q?=C3?= =?utf-8?Q?=A9?=": "é",
    b"=?utf-8?q?What?_is?=": "What?_is".replace("_", " "),
    b"=?utf-8?B?Q2Fmw6k?=": "Café",
    b"=?utf-8*en?Q?Caf=C3=A9?=": "Café",
    b"a =?utf-8?Q?b?= c": "a b c",
    b"=?utf-8?Q?with space=21?=": "with space!",
    b"=?x-none-such?Q?abc?=": "abc",
    b"=?utf-8?Q?open": "=?utf-8?Q?open",
    b"=?gb2312?B?1tDOxA==?=": "中文",
    b"=?iso-2022-jp?B?GyRCJUYlOSVIGyhC?=": "テスト",
    b"caf\xc3\xa9": "café",
    b"caf\xe9": "café",
    b"\xd4\xc5\xd3\xd4": "тест",
    b"folded\r\n again": "folded again",
    b"=?utf-8?Q?one=0D=0ABcc=3A_x?=": "one Bcc: x",
    b"nul\x00here": "nul here",
}


@pytest.mark.parametrize("raw", SUBJECTS)
def test_subjects(raw: bytes) -> None:
    assert words.text(raw) == SUBJECTS[raw]


PARAMETERS = {
    b"attachment; filename=a.pdf": "a.pdf",
    b'attachment; filename="a b; c.pdf"': "a b; c.pdf",
    b"attachment; filename=a b.pdf": "a b.pdf",
    b'attachment; filename="say \\"hi\\".txt"': 'say "hi".txt',
    b"attachment; filename*=utf-8''caf%C3%A9.pdf": "café.pdf",
    b"attachment; filename*0*=utf-8''caf%C3;\r\n filename*1*=%A9;\r\n filename*2=.pdf": "café.pdf",
    b"attachment; filename*1=b.pdf; filename*0=a": "ab.pdf",
    b'attachment; filename="=?utf-8?Q?caf=C3=A9.pdf?="': "café.pdf",
    b"attachment; filename==?utf-8?Q?caf=C3=A9.pdf?=": "café.pdf",
    b'attachment; filename="caf\xc3\xa9.pdf"': "café.pdf",
    b'attachment; filename="never ends': "never ends",
    b"attachment; filename=x.txt; filename*=utf-8''%C3%A9.txt": "é.txt",
}


@pytest.mark.parametrize("raw", PARAMETERS)
def test_file_names(raw: bytes) -> None:
    assert words.value_and_parameters(raw)[1]["filename"] == PARAMETERS[raw]


MAILBOXES = {
    b"ann@example.com": ("", "ann@example.com"),
    b"Ann Lee <ann@example.com>": ("Ann Lee", "ann@example.com"),
    b'"Lee, Ann" <ann@example.com>': ("Lee, Ann", "ann@example.com"),
    b"ann@example.com (Ann Lee)": ("Ann Lee", "ann@example.com"),
    b"=?utf-8?Q?Lee,_Ann?= <ann@example.com>": ("Lee, Ann", "ann@example.com"),
    b'"=?utf-8?B?Q2Fmw6k=?=" <ann@example.com>': ("Café", "ann@example.com"),
    b"<ann@example.com>": ("", "ann@example.com"),
    b"Ann <ann@example.com": ("Ann", "ann@example.com"),
    b"Ann Lee ann@example.com": ("Ann Lee", "ann@example.com"),
    b"Ann <<ann@example.com>>": ("Ann", "ann@example.com"),
    b"Friends: ann@example.com, bo@example.com;": ("", "ann@example.com"),
    b"Ann <@relay.example,@b.example:ann@example.com>": ("Ann", "ann@example.com"),
    b"Ann <ann @ example . com>": ("Ann", "ann@example.com"),
    b"Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>": ("Pete", "pete@silly.test"),
    b"mailto:ann@example.com": ("", "ann@example.com"),
    b"'ann@example.com' <ann@example.com>": ("ann@example.com", "ann@example.com"),
    b"Undisclosed recipients:;": ("", ""),
    b"Ann Lee": ("Ann Lee", ""),
    b"": ("", ""),
    b"caf\xe9 <a@example.com>": ("café", "a@example.com"),
    b'"Ann \\"A\\" Lee" <ann@example.com>': ('Ann "A" Lee', "ann@example.com"),
    b"ann@[192.0.2.1]": ("", "ann@[192.0.2.1]"),
    b'"ann lee"@example.com': ("", '"ann lee"@example.com'),
}


@pytest.mark.parametrize("raw", MAILBOXES)
def test_addresses(raw: bytes) -> None:
    found = addresses.first(raw)
    assert (found.name, found.address) == MAILBOXES[raw]


@pytest.mark.parametrize(
    ("address", "form"),
    [
        ("Ann@Example.COM.", "ann@example.com"),
        ("ann+shop@example.com", "ann+shop@example.com"),
        ("ann@b\u00fccher.example", "ann@xn--bcher-kva.example"),
        ("ann@\u0000..example", "ann@\u0000..example"),
        ("ann", ""),
    ],
)
def test_one_form_for_one_mailbox(address: str, form: str) -> None:
    assert addresses.normal(address) == form


def test_a_list_of_addresses() -> None:
    found = addresses.parse(b'Ann <a@x.org>, "B, C" <b@x.org>; Group: d@x.org, e@x.org;, f@x.org')
    assert [box.address for box in found] == ["a@x.org", "b@x.org", "d@x.org", "e@x.org", "f@x.org"]


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("Tue, 2 Aug 2016 10:00:00 +0200", "2016-08-02T08:00:00+00:00"),
        ("2 Aug 2016 10:00 GMT", "2016-08-02T10:00:00+00:00"),
        ("Tue, 02 Aug 2016 10:00:00 -0000", "2016-08-02T10:00:00+00:00"),
        ("", None),
        ("yesterday", None),
        ("Tue, 2 Aug 0000 10:00:00 +0200", None),
        ("Tue, 2 Aug 9999 10:00:00 +0200", None),
        ("Tue, 2 Aug 2016 10:00:00 +9999", None),
        ("Tue, 99 Aug 2016 99:00:00", None),
    ],
)
def test_dates(value: str, moment: str | None) -> None:
    found = dates.parse(value)
    assert (found.isoformat() if found else None) == moment


@pytest.mark.parametrize(
    ("data", "label", "text"),
    [
        ("Grüße".encode(), "us-ascii", "Grüße"),
        ("Grüße".encode("latin-1"), "utf-8", "Grüße"),
        ("Grüße €".encode("cp1252"), "iso-8859-1", "Grüße €"),
        ("Привет, как дела".encode("koi8-r"), "", "Привет, как дела"),
        ("Привет, как дела".encode("cp1251"), "x-unknown", "Привет, как дела"),
        ("中文".encode("gb18030"), "gb2312", "中文"),
        ("テスト".encode("iso2022_jp"), "us-ascii", "テスト"),
        ("한글".encode("cp949"), "ks_c_5601-1987", "한글"),
        ("à".encode("utf-7"), "unicode-1-1-utf-7", "à"),
        (b"abc", '"utf8"', "abc"),
        (b"abc", "base64", "abc"),
        (b"\xff\xfe\xfd", "utf-8", None),
    ],
)
def test_charsets(data: bytes, label: str, text: str | None) -> None:
    found, _ = charset.decode(data, label)
    assert text is None or found == text


def test_threads_are_given_without_angle_brackets() -> None:
    extra = b"Message-ID: <m@x>\r\nIn-Reply-To: <b@x>\r\nReferences: <a@x>\r\n <b@x>\r\n"
    message = message_of(mail(extra=extra))
    assert (message.message_id, message.in_reply_to, message.references) == ("m@x", "b@x", ["a@x", "b@x"])
    assert message.reply is not None
    assert (message.reply.thread, message.reply.references) == ("m@x", ["a@x", "b@x"])


def test_a_chain_of_any_length_is_capped() -> None:
    chain = b" ".join(b"<%d@x>" % number for number in range(5_000))
    found = message_of(mail(extra=b"References: " + chain + b"\r\n")).references
    assert len(found) == 100
    assert found[0] == "0@x"


def test_an_answer_goes_to_reply_to() -> None:
    reply = message_of(mail(extra=b"Reply-To: other@example.com\r\n")).reply
    assert reply is not None
    assert reply.address.value == "other@example.com"


def test_a_mail_without_anything_is_read_and_its_gaps_are_listed() -> None:
    message = message_of(b"Subject: x\r\n\r\nIt leaks.")
    assert message.reply is None
    assert message.problems == [
        "no sender address",
        "no Message-ID: known by its content",
        "no readable Date",
    ]


def test_a_list_that_replaced_the_sender_names_him() -> None:
    head = (
        b"From: 'Ann' via Help <help@lists.example>\r\nReply-To: Ann <ann@example.com>\r\nList-ID: <help>\r\n"
    )
    message = message_of(mail(head=head))
    assert message.sender.value == "help@lists.example"
    assert message.author is not None
    assert message.author.value == "ann@example.com"
    assert message_of(HEAD + b"\r\nx").author is None


def test_a_forwarded_mail_names_its_inner_author() -> None:
    inner = b"From: Bo <bo@example.com>\r\n\r\nIt leaks."
    body = b"Please see to it.\r\n\r\n---------- Forwarded message ---------\r\n" + inner
    message = message_of(mail(body, head=HEAD.replace(b"Boiler", b"Fwd: Boiler")))
    assert message.forwarded_from is not None
    assert message.forwarded_from.value == "bo@example.com"
    assert message.forwarded_by == message.sender
    assert message_of(HEAD + b"\r\nx").forwarded_by is None
    assert "It leaks." in message.text
    assert message.sender.value == "ann@example.com"


def test_a_control_character_is_no_part_of_an_address() -> None:
    assert message_of(mail(head=b"From: \x00Ann <\x00ann@exam\x01ple.com>\r\n")).sender.value == "ann@exam"
    assert message_of(mail(head=b"From: \x00ann@example.com\r\n")).sender.value == "ann@example.com"
