"""Two rules over every kind of mail: does it open a case, does a letter go; and whose words it brings."""

import pytest

from channels.mail.reading.automatic import Marks, Verdict, no_answer, nobody_wrote
from tests.unit.mail.mails import mail, message_of, multipart, part

OURS = "help@council.example"
CERTAIN, DOUBTFUL, PERSON = Verdict(True), Verdict(True, doubtful=True), Verdict()

TABLE = {
    "a person": (Marks(), PERSON, False),
    "a person behind Exchange": (Marks(suppressed=True), PERSON, True),
    "a person's mail that a filter sent on": (Marks(loop=True), PERSON, True),
    "a mail that came home": (Marks(loop=True, returned=True), DOUBTFUL, True),
    "an empty path": (Marks(null_path=True), PERSON, True),
    "an empty path that answers": (Marks(null_path=True, answers=True), DOUBTFUL, True),
    "a way to unsubscribe": (Marks(unsubscribe=True), PERSON, True),
    "a newsletter": (Marks(unsubscribe=True, newsletter=True), DOUBTFUL, True),
    "bulk": (Marks(bulk=True), DOUBTFUL, True),
    "what a machine says it sent": (Marks(generated=True), DOUBTFUL, True),
    "a form's mail": (Marks(named=True), PERSON, False),
    "a form's mail with a machine's mark": (Marks(named=True, generated=True), PERSON, False),
    "a form's mail by a newsletter service": (
        Marks(named=True, unsubscribe=True, newsletter=True),
        PERSON,
        False,
    ),
    "a form's mail with an empty path": (Marks(named=True, null_path=True), PERSON, True),
    "a form's mail from our own address": (Marks(named=True, ours=True), PERSON, False),
    "our own mail": (Marks(ours=True), CERTAIN, False),
    "a form that names nobody to write to": (Marks(takes_no_mail=True), PERSON, True),
    "a list of others": (Marks(listed=True, bulk=True, unsubscribe=True), PERSON, True),
    "a group that is our inbox": (Marks(listed=True, our_list=True, bulk=True), PERSON, False),
    "a robot's answer": (Marks(replied=True), CERTAIN, True),
    "a robot's answer that names another": (Marks(replied=True, named=True), CERTAIN, True),
    "a bounce": (Marks(bounce=True, null_path=True), CERTAIN, True),
    "a read receipt": (Marks(receipt=True), CERTAIN, True),
    "an abuse report": (Marks(report=True), CERTAIN, True),
    "an invitation answered without a word": (Marks(calendar=True), CERTAIN, False),
}


@pytest.mark.parametrize("kind", TABLE)
def test_a_case_and_a_letter_are_two_questions(kind: str) -> None:
    marks, verdict, silent = TABLE[kind]
    assert (nobody_wrote(marks), no_answer(marks)) == (verdict, silent)


REPLY_TO = b"Reply-To: Jo Marsh <jo.marsh@mail.example>\r\n"
JO = ("jo.marsh@mail.example", "unproven")
VIA = b"From: \"'Jo Marsh' via Complaints\" <help@council.example>\r\n"
NAMED = {
    "our own address": b"From: Website <help@council.example>\r\n" + REPLY_TO,
    "our own subaddress": b"From: Website <help+web@council.example>\r\n" + REPLY_TO,
    "another address of ours": b"From: Scanner <scan@council.example>\r\n" + REPLY_TO,
    "no-reply": b"From: Shop <no-reply@shop.example>\r\n" + REPLY_TO,
    "no-reply in German": b"From: Amt <bitte-nicht-antworten@amt.example>\r\n" + REPLY_TO,
    "no-reply in French": b"From: Mairie <ne-pas-repondre@ville.example>\r\n" + REPLY_TO,
    "a relay by its name": b"From: Shop (Shopify) <mailer@shopmail.example>\r\n" + REPLY_TO,
    "a relay of a stranger's name": b"From: Blue Garden <tom@garden.example>\r\n" + REPLY_TO,
    "a script": b"From: Ann <ann@garden.example>\r\nX-Mailer: PHPMailer 6.9\r\n" + REPLY_TO,
    "a machine's mark": b"From: web@amt.example\r\nAuto-Submitted: auto-generated\r\n" + REPLY_TO,
    "a group, X-Original-From": VIA
    + b"List-Id: <help.council.example>\r\nX-Original-From: Jo <jo.marsh@mail.example>\r\n",
    "a group, X-Original-Sender": VIA
    + b"List-Id: <help.council.example>\r\nX-Original-Sender: jo.marsh@mail.example\r\n",
    "a group, Reply-To": VIA + REPLY_TO,
    "our own, X-Original-From only": b"From: help@council.example\r\nX-Original-From: jo.marsh@mail.example\r\n",
}


@pytest.mark.parametrize("kind", NAMED)
def test_the_person_behind_a_machine_is_the_sender_and_unproven(kind: str) -> None:
    head = NAMED[kind] + b"To: help@council.example\r\nSubject: x\r\n"
    message = message_of(mail(head=head), mailbox=OURS, own_addresses=f"{OURS} scan@council.example")
    assert (message.sender.value, message.sender_proof) == JO
    assert not message.flags.automated
    assert message.reply is not None
    assert message.reply.address.value == "jo.marsh@mail.example"


FROM = {
    "an ordinary mail": b"From: Ann <ann@home.example>\r\n",
    "a person with two addresses": b"From: Jo Marsh <jo@work.example>\r\n" + REPLY_TO,
    "an address of the same house": b"From: Pat <pat@mail.example>\r\nReply-To: Office <office@mail.example>\r\n",
    "a header that anybody can write": b"From: Eve <eve@evil.example>\r\nX-Original-From: jo.marsh@mail.example\r\n",
    "a list of others": b"From: Ann <ann@home.example>\r\nList-Id: <l.example>\r\nReply-To: List <l@lists.example>\r\n",
    "a robot's answer": b"From: no-reply@shop.example\r\nAuto-Submitted: auto-replied\r\n" + REPLY_TO,
}


@pytest.mark.parametrize("kind", FROM)
def test_else_it_is_from(kind: str) -> None:
    message = message_of(mail(head=FROM[kind] + b"To: help@council.example\r\nSubject: x\r\n"), mailbox=OURS)
    written = FROM[kind].split(b"\r\n")[0].split(b":")[1].split(b"<")[-1].strip(b" >").decode()
    assert (message.sender.value, message.sender_proof) == (written, "from")


def test_a_group_is_believed_where_our_own_server_vouches_for_it() -> None:
    passed = b"Authentication-Results: mx.council.example; dmarc=pass\r\n"
    head = (
        VIA
        + passed
        + b"List-Id: <help.council.example>\r\nX-Original-From: jo.marsh@mail.example\r\nTo: x@y.example\r\n"
    )
    facts = {"mailbox": OURS, "authserv_id": "mx.council.example"}
    assert message_of(mail(head=head), **facts).sender_proof == "from"
    forged = head.replace(b"dmarc=pass", b"dmarc=fail")
    assert message_of(mail(head=forged), **facts).sender_proof == "unproven"


FORM = b"From: Website <help@council.example>\r\nTo: help@council.example\r\nSubject: Form\r\n"


@pytest.mark.parametrize(
    "label",
    [
        "Email",
        "E-Mail-Adresse",
        "Adresse e-mail",
        "Correo electrónico",
        "E-postadress",
        "Эл. почта",
        "メールアドレス",
    ],
)
def test_a_form_may_name_the_person_in_its_words_only(label: str) -> None:
    kind = b"Content-Type: text/plain; charset=utf-8\r\n"
    body = f"Name: Jo Marsh\n{label}: jo.marsh@mail.example\nMessage: the bins\n".encode()
    message = message_of(mail(body, head=FORM, extra=kind), mailbox=OURS)
    assert (message.sender.value, message.sender_proof) == JO
    assert (message.sender.name, message.flags.automated) == ("Jo Marsh", False)


def test_a_form_that_names_a_telephone_is_a_case_of_nobody_known() -> None:
    message = message_of(
        mail(b"Name: Jo Marsh\nPhone: 0161 496 0000\nMessage: bins\n", head=FORM), mailbox=OURS
    )
    assert (message.sender.kind, message.sender.name, message.flags.automated) == ("none", "Jo Marsh", False)
    assert message.reply is None


OWN = {
    "to ourselves": FORM,
    "from our subaddress": FORM.replace(b"<help@", b"<help+abc@"),
    "to a customer": FORM.replace(b"To: help@council.example", b"To: jo@mail.example, help@council.example"),
    "an answer": FORM + b"In-Reply-To: <a@x>\r\n",
}


@pytest.mark.parametrize("kind", OWN)
def test_our_own_mail_that_names_nobody_else_is_no_complaint(kind: str) -> None:
    quoted = b"" if kind.startswith(("to ourselves", "from")) else b"Email: jo@mail.example\n"
    assert message_of(mail(b"see you\n" + quoted, head=OWN[kind]), mailbox=OURS).flags.automated


NO_REPLY = [
    "noreply",
    "no-reply",
    "no_reply",
    "do-not-reply",
    "donotreply",
    "DoNotReply2",
    "dont.reply",
    "shop-noreply",
    "noreply-orders",
    "nicht-antworten",
    "keine-antwort",
    "nepasrepondre",
    "no-responder",
    "nao-responda",
    "non-rispondere",
    "niet-beantwoorden",
    "mailer-daemon",
]


@pytest.mark.parametrize("local", NO_REPLY)
def test_an_address_that_nobody_reads_gets_no_letter_and_may_complain(local: str) -> None:
    message = message_of(mail(head=f"From: Shop <{local}@shop.example>\r\nSubject: x\r\n".encode()))
    assert (message.flags.no_answer, message.flags.automated) == (True, False)


@pytest.mark.parametrize("local", ["noreen", "reply", "answers", "nora.replyson"])
def test_other_addresses_get_theirs(local: str) -> None:
    assert not message_of(
        mail(head=f"From: <{local}@shop.example>\r\nSubject: x\r\n".encode())
    ).flags.no_answer


RECEIPT = part(
    "message/disposition-notification", b"Disposition: manual-action/MDN-sent-manually; displayed\r\n"
)
WORDS = part("text/plain; charset=utf-8", "Ihre Nachricht wurde am 3. März gelesen.".encode())


def test_a_read_receipt_of_any_program() -> None:
    raw = multipart("report; report-type=disposition-notification", WORDS, RECEIPT)
    flags = message_of(raw).flags
    assert (flags.read_receipt, flags.automated, flags.bounce) == (True, True, False)


PLAIN = {
    "Read: x": "Your message\n\nTo: Bo\nSubject: x\nSent: today\n\nwas read on Tuesday.",
    "Gelesen: x": "Ihre Nachricht\n\nAn: Bo\nBetreff: x\nGesendet: heute\n\nwurde am Dienstag gelesen.",
    "Lu : x": "Votre message\n\nÀ : Bo\nObjet : x\nEnvoyé : mardi\n\na été lu le mardi.",
    "Leído: x": "Su mensaje\n\nPara: Bo\nAsunto: x\nEnviado: martes\n\nfue leído el martes.",
    "Nicht gelesen: x": "Ihre Nachricht\n\nAn: Bo\nBetreff: x\n\nwurde ungelesen gelöscht.",
}


@pytest.mark.parametrize("subject", PLAIN)
def test_a_read_receipt_without_its_structure(subject: str) -> None:
    head = f"From: Bo <bo@corp.example>\r\nSubject: {subject}\r\nContent-Type: text/plain; charset=utf-8\r\n"
    assert message_of(mail(PLAIN[subject].encode(), head=head.encode())).flags.read_receipt


def test_a_person_may_write_under_the_subject_of_a_receipt() -> None:
    head = b"From: Bo <bo@corp.example>\r\nSubject: Read: our letter\r\n"
    body = b"I have read your letter.\nIt was read to my mother too. She cried.\nWhy do you cut off her gas?\nAnswer.\n"
    assert not message_of(mail(body, head=head)).flags.automated


NOTICES = [
    "Hello,\n\nI am out of the office until 16 March. Please contact my colleague: tim@firm.example.\n\nOlga Penn\n",
    "Guten Tag,\nich bin bis 14. März nicht im Büro. Dringendes bitte an desk@firm.example.\nViele Grüße\n",
    "Bonjour,\nje suis en congé jusqu'au 14 mars. En cas d'urgence, 01 23 45 67 89.\nCordialement\n",
    "Olen lomalla 16.3. asti.\n",
    "Jag är på semester till den 14 mars.\n",
    "Я в отпуске до 14 марта. По срочным вопросам обращайтесь: desk@firm.example\n",
]
ANSWERS = (
    b"From: <olga@firm.example>\r\nSubject: Re: Your mail\r\nContent-Type: text/plain; charset=utf-8\r\n"
)


@pytest.mark.parametrize("body", NOTICES)
def test_a_holiday_notice_without_a_mark(body: str) -> None:
    assert message_of(mail(body.encode(), head=ANSWERS)).flags.auto_reply


@pytest.mark.parametrize("body", NOTICES)
def test_who_is_away_and_says_something_else_is_a_person(body: str) -> None:
    more = body + "The heater you fitted still hisses.\n"
    assert not message_of(mail(more.encode(), head=ANSWERS)).flags.auto_reply
    assert not message_of(mail(body.encode(), head=ANSWERS.replace(b"Re: ", b""))).flags.auto_reply
