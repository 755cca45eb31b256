"""A person's own words stay, whatever they look like: each table is a kind of text that programs write too."""

import base64

import pytest

from channels.mail.reading import set_aside
from channels.mail.reading.reply_text import Setting, visible
from tests.unit.mail.mails import mail, message_of, multipart, part

STORY = "The ceiling came down and a piece fell next to the cot."
NEW, REPLY = Setting(replies=False), Setting()

SENTENCES = [
    "On 3 February 2026 at 10:15 I wrote to repairs@council.example:",
    "On Monday 2 March 2026 at 8:40 the driver said:",
    "Your bailiff (mail of 2 March 2026, bailiff@council.example) wrote:",
    "On 5 January 2026 your agent Tim <tim@council.example> told me by phone:",
    "Am 2. März 2026 schrieb mir Ihr Mitarbeiter <max@amt.example>:",
    "Am 3. März 2026 um 10:15 Uhr habe ich an max@amt.example geschrieben:",
    "Le 2 mars 2026 à 10:15 votre agent <luc@ville.example> m'a écrit :",
    "El 2 de marzo de 2026 a las 10:15 su agente <ana@ayto.example> me escribió:",
    "Il 2 marzo 2026 alle 10:15 il vostro agente <ada@comune.example> mi ha scritto: mio figlio scrive:",
    "Op 2 maart 2026 om 10:15 schreef uw medewerker <jan@gem.example> aan mij:",
    "2 марта 2026 г. 10:15 ваш сотрудник <max@gorod.example> написал мне:",
]


@pytest.mark.parametrize("setting", [NEW, REPLY], ids=["new", "reply"])
@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_that_reads_like_an_introduction(sentence: str, setting: Setting) -> None:
    body = f"Dear Sirs,\n\n{sentence}\n\n{STORY} Nobody has answered.\n\nSam"
    assert visible(body, setting).text == body


INTRODUCED = "On 3 February 2026 at 10:15 Ann Lee <ann@example.com> wrote:"


def test_what_answers_nothing_has_no_history_below_an_introduction() -> None:
    body = f"Look at this.\n\n{INTRODUCED}\n\n{STORY}"
    assert visible(body, NEW).text == body
    assert visible(body, REPLY).text == "Look at this."


LABELS = [
    "From: Leeds\nTo: York\nDate: 1 March 2026\nE-mail: ada@mail.example",
    "From: Warehouse 3\nTo: Jo Marsh, 4 Elm Road\nSent: 2 March",
    "From: Ada Quist <ada@mail.example>\nSubject: Broken lift\nDate: 2026-03-01\nMessage: It dropped.",
    "Von: Leipzig\nNach: Dresden\nDatum: 1. März",
    "De: Lyon\nÀ: Paris\nDate: 1er mars",
    "From: Ward 3\nTo: Ward 5\nDate: 2 March\nSubject: my mother",
]


@pytest.mark.parametrize("setting", [NEW, REPLY], ids=["new", "reply"])
@pytest.mark.parametrize("block", LABELS)
def test_labels_that_somebody_typed(block: str, setting: Setting) -> None:
    body = f"Hello,\n\nmy journey:\n\n{block}\n\n{STORY}"
    assert visible(body, setting).text == body


SENT = [
    "Sent by courier on 6 February",
    "Sent with registered post on 4 March",
    "Sent from the warehouse in Leeds",
    "Gesendet mit DHL am 3. März",
    "Envoyé par la poste le 3 mars",
    "Enviado por correo certificado",
    "Verzonden met PostNL",
]


@pytest.mark.parametrize("line", SENT)
def test_a_line_about_a_parcel_is_no_telephones(line: str) -> None:
    body = f"I ordered a lamp.\n{line}\nWhen I plugged it in it caught fire.\nI want my money back."
    assert visible(body, NEW).text == body


NOTICES = [
    "This email is a formal complaint. Your nurse read out my confidential test results and everybody heard them.",
    "This message is about the monitored calls: your staff laughed at my illness on a recorded line.",
    "The contents of this folder you lost are confidential: names and addresses of women in your shelter.",
    "This e-mail is confidential, please: my neighbour must not be told that I received it in error once.",
    "Diese Nachricht ist vertraulich: mein Arzt hat meine Akte an den falschen Empfänger geschickt.",
    "Ce message est confidentiel : mon dossier a été remis à un autre destinataire.",
]


@pytest.mark.parametrize("paragraph", NOTICES)
def test_a_complaint_about_secrets_is_no_notice(paragraph: str) -> None:
    body = f"Dear Sir or Madam,\n\n{paragraph}\n\nI have told the officer as well.\n\nNoel"
    assert visible(body, NEW).text == body


REAL = [
    "This e-mail and any attachments are confidential and intended solely for the addressee.",
    "The information in this message is privileged. If you are not the intended recipient, delete it.",
    "Diese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der richtige Adressat sind, löschen Sie sie.",
    "Ce message est confidentiel et réservé à son destinataire.",
    "Este mensaje es confidencial y va dirigido a su destinatario.",
    "Please consider the environment before printing this email. We have been in business since 1950.",
]


@pytest.mark.parametrize("notice", REAL)
def test_a_notice_goes_and_what_follows_it_stays(notice: str) -> None:
    assert visible(f"{STORY}\n\n{notice}", NEW).text == STORY
    more = "P.S. my son is still in hospital and nobody of your staff has asked how he is."
    assert visible(f"{STORY}\n\n{notice}\n\n{more}", NEW).text == f"{STORY}\n\n{more}"


@pytest.mark.parametrize("rule", ["-----", "--------", "*****", "####", "=====", "_____"])
@pytest.mark.parametrize(
    "last", ["Ring 0161 496 0002", "www.bus.example line 12", "Mail me: jo@mail.example"]
)
def test_a_story_under_a_rule_is_no_signature(rule: str, last: str) -> None:
    body = f"Please read all of this.\n{rule}\n{STORY}\n{last}"
    assert visible(body, NEW).text == body


def test_a_form_between_rules() -> None:
    rule = "-" * 40
    body = (
        f"A visitor wrote:\n\n{rule}\nYou sent my confidential file to him.\n{rule}\n\nSubmitted on 3 March."
    )
    assert visible(body, NEW).text == body


EVIDENCE = "> We refund the 400 pounds within five days.\n> You keep the cooker."


@pytest.mark.parametrize(
    "above", ["Your agent promised me this on Friday", "This is the chat", "He wrote me this:"]
)
def test_a_quotation_is_evidence_where_nothing_is_answered(above: str) -> None:
    assert visible(f"Hello,\n\n{above}\n\n{EVIDENCE}", NEW).text == f"Hello,\n\n{above}\n\n{EVIDENCE}"


def test_words_inside_of_the_quotation_marks() -> None:
    marked = (
        "> Dear team,\n>\n> it still sparks.\n>\n> -- Please reply above this line --\n>\n> Dear customer,"
    )
    assert visible(f"On 2026-03-02 12:12, Council wrote:\n{marked}").text == "Dear team,\n\nit still sparks."
    kept = visible("On 2026-03-02 12:12, Council wrote:\n> Please send photos.\n> The socket still sparks.")
    assert "still sparks" in kept.text
    assert kept.doubt


def test_never_only_a_greeting() -> None:
    body = "Dear Sirs,\n\n-- \nThe heater you fitted hisses and smells of gas.\nNobody of your people calls me back.\n"
    assert "smells of gas" in visible(body, NEW).text


BLOCK = "From: Ned Oak <ned@mail.example>\nSent: Monday, 2 March 2026 10:11\nTo: Clinic <c@p.example>\nSubject: Dose"
GERMAN = "Von: Ned Oak <ned@mail.example>\nGesendet: Montag, 2. März 2026 10:11\nAn: Praxis\nBetreff: Dosis"
FORWARDS = {
    "a tag": ("[EXTERN] WG: Dosis", GERMAN),
    "a tag in words": ("EXTERNAL: Fwd: Dose", f"---------- Forwarded message ---------\n{BLOCK}"),
    "another subject": ("Dose", BLOCK),
    "apple": ("for your team", f"Begin forwarded message:\n\n{BLOCK}"),
    "apple in French": ("x", f"Début du message réexpédié :\n\n{BLOCK}"),
    "gmail in Polish": (
        "x",
        "---------- Forwarded message ---------\nOd: Ned Oak <ned@mail.example>\nDate: pon., 2 mar 2026",
    ),
    "thunderbird in German": ("x", f"-------- Weitergeleitete Nachricht --------\n{GERMAN}"),
    "yahoo": ("x", f"----- Forwarded Message -----\n{BLOCK}"),
    "zoho": ("x", f"============ Forwarded message ============\n{BLOCK}"),
    "all quoted": ("Fwd: Dose", "\n".join(f"> {line}" for line in BLOCK.split("\n"))),
    "all quoted, another subject": ("Dose", "\n".join(f"> {line}" for line in BLOCK.split("\n"))),
    "an answer that passes on": ("Re: your case", f"Begin forwarded message:\n\n{BLOCK}"),
}


@pytest.mark.parametrize("kind", FORWARDS)
def test_a_mail_that_was_passed_on(kind: str) -> None:
    subject, block = FORWARDS[kind]
    mark = "> " if block.startswith(">") else ""
    head = f"From: Clinic <c@p.example>\r\nSubject: {subject}\r\nContent-Type: text/plain; charset=utf-8\r\n".encode()
    body = f"See below please.\n\n{block}\n{mark}\n{mark}You gave my boy ten times the dose.\n\n"
    message = message_of(mail(body.encode(), head=head))
    assert "See below please." in message.text
    assert "ten times the dose" in message.text
    assert message.forwarded_from is not None
    assert (message.forwarded_from.value, message.forwarded_from.name) == ("ned@mail.example", "Ned Oak")


INNER = (
    b"From: Old <old@mail.example>\r\nSubject: Gas\r\nContent-Type: text/plain\r\n\r\nIt smells of gas.\r\n"
)
ENCLOSED = {
    "attached": multipart("mixed", part("message/rfc822", INNER)),
    "attached as any file": multipart("mixed", part('application/octet-stream; name="Lift.EML"', INNER)),
    "a digest": multipart("digest", b"\r\n" + INNER),
    "the mail itself": mail(INNER, extra=b"Content-Type: message/rfc822\r\n"),
    "a mail in a mail": multipart(
        "mixed", part("message/rfc822", b"From: b@x.example\r\nContent-Type: message/rfc822\r\n\r\n" + INNER)
    ),
}


@pytest.mark.parametrize("kind", ENCLOSED)
def test_words_of_an_attached_mail(kind: str) -> None:
    message = message_of(ENCLOSED[kind])
    assert "It smells of gas." in message.text
    assert message.attachments
    assert message.forwarded_from is not None


def test_beside_own_words_an_attached_mail_is_set_aside_and_seen() -> None:
    raw = multipart(
        "mixed", part("text/plain", b"Please see the attached mail."), part("message/rfc822", INNER)
    )
    message = message_of(raw)
    assert (message.text, message.set_aside) == ("Please see the attached mail.", "It smells of gas.")


def tlv(tag: int, *values: bytes) -> bytes:
    content = b"".join(values)
    return bytes([tag, 0x82]) + len(content).to_bytes(2, "big") + content


def cms(kind: str, content: bytes) -> bytes:
    """As much of a CMS structure as leads to its content."""
    inner = tlv(0x30, bytes.fromhex("06092a864886f70d010701"), tlv(0xA0, tlv(0x04, content)))
    signed = tlv(0x30, b"\x02\x01\x01", tlv(0x31), inner)
    return tlv(0x30, bytes.fromhex(f"06092a864886f70d0107{kind}"), tlv(0xA0, signed))


@pytest.mark.parametrize(
    "media_type", ["application/pkcs7-mime", "application/x-pkcs7-mime", "application/octet-stream"]
)
def test_words_inside_of_an_opaque_signature(media_type: str) -> None:
    inner = b"Content-Type: text/plain; charset=utf-8\r\n\r\nHe was found on the road.\r\n"
    head = f'Content-Type: {media_type}; name="smime.p7m"\r\nContent-Transfer-Encoding: base64\r\n'.encode()
    message = message_of(mail(base64.encodebytes(cms("02", inner)), extra=head))
    assert message.text == "He was found on the road."


@pytest.mark.parametrize(
    "data", [cms("03", b"x"), cms("02", b"x")[:40], b"\x30\x84\xff\xff\xff\xff", b"", b"0" * 99]
)
def test_what_cannot_be_opened_is_kept_and_noted(data: bytes) -> None:
    head = b"Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: base64\r\n"
    message = message_of(mail(base64.encodebytes(data), extra=head))
    assert any("encrypted" in one for one in message.problems) is (data == cms("03", b"x"))


def test_a_body_that_only_its_addressee_can_read_says_so() -> None:
    inline = mail(b"-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n")
    pgp = multipart("encrypted", part("application/pgp-encrypted", b"Version: 1"))
    assert all(any("encrypted" in one for one in message_of(raw).problems) for raw in (inline, pgp))


INVITATION = (
    b"BEGIN:VCALENDAR\r\nMETHOD:%s\r\nBEGIN:VEVENT\r\nSUMMARY:Talk\r\n%sEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
DESCRIPTION = b"DESCRIPTION:The nurse hit\r\n  my mother\\, twice.\r\n"


def test_an_invitation_says_its_description() -> None:
    message = message_of(
        mail(INVITATION % (b"REQUEST", DESCRIPTION), extra=b"Content-Type: text/calendar\r\n")
    )
    assert (message.text, message.flags.automated) == ("The nurse hit my mother, twice.", False)


def test_an_invitation_that_is_answered_without_a_word_is_automatic() -> None:
    answer = part("text/calendar; method=REPLY", INVITATION % (b"REPLY", b""))
    assert message_of(multipart("alternative", part("text/plain", b"\r\n"), answer)).flags.automated
    words = part("text/plain", b"He left the gas tap open.")
    assert not message_of(multipart("alternative", words, answer)).flags.automated


def test_lines_that_a_program_broke_are_joined() -> None:
    extra = b"Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\r\n"
    assert message_of(mail("台所で \r\nガス漏れ".encode(), extra=extra)).text == "台所でガス漏れ"


@pytest.mark.parametrize("label", ["utf-16", "utf-16le", "utf-16be", "utf-32", "utf-7", "cp037", "cp500"])
def test_a_header_is_read_in_ascii_whatever_the_body_is_in(label: str) -> None:
    head = f"Content-Type: text/plain; charset={label}\r\nContent-Transfer-Encoding: base64\r\n".encode()
    message = message_of(mail(base64.encodebytes("The stairs are wet.".encode(label)), extra=head))
    assert (message.sender.value, message.subject) == ("ann@example.com", "Boiler")
    assert message.text == "The stairs are wet."


@pytest.mark.parametrize("place", [b"+2D0-", b"a +2D0- b", b"+3AA-"])
def test_half_a_character_never_leaves(place: bytes) -> None:
    coded = place.decode()
    head = f"From: =?utf-7?Q?{coded}?= <=?utf-7?Q?{coded}?=@x.example>\r\nSubject: =?utf-7?Q?{coded}?=\r\n".encode()
    extra = b"Content-Type: text/plain; charset=unicode-1-1-utf-7; name*=utf-7''%2B2D0-\r\n"
    message_of(mail(place, head=head, extra=extra)).model_dump_json().encode()


def test_what_was_cut_is_set_aside_but_not_what_our_own_letter_said() -> None:
    body = f"It is worse.\n\n-- \nAnn, gas fitter\n\n{INTRODUCED}\n> In danger of gas call 112.\n".encode()
    extra = b"In-Reply-To: <letter.0123.k3y@example.org>\r\n"
    ours = message_of(mail(body, extra=extra))
    assert (ours.text, ours.set_aside) == ("It is worse.", "Ann, gas fitter")
    others = message_of(mail(body, extra=b"In-Reply-To: <x@example.org>\r\n"))
    assert "112" in others.set_aside


def test_each_line_is_told_once() -> None:
    assert set_aside.rest("a\n> a\nb\nb", "a\nb", "inner") == "> a\nb\ninner"
