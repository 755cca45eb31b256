"""Mail by machines, and mail by people that looks like it."""

import pytest

from tests.unit.mail.mails import mail, message_of

AUTO_REPLIES = [
    b"Auto-Submitted: auto-replied\r\n",
    b"Auto-Submitted: auto-replied (vacation)\r\n",
    b"Auto-Submitted: auto-generated\r\nIn-Reply-To: <a@x>\r\n",
    b"X-Autoreply: yes\r\n",
    b"X-Autorespond: away\r\n",
    b"Precedence: auto_reply\r\n",
]
AUTOMATED = [
    b"Auto-Submitted: auto-generated\r\n",
    b"Precedence: bulk\r\n",
    b"Precedence: normal\r\nPrecedence: junk\r\n",
    b"X-Loop: yes\r\nTo: ann@example.com\r\n",
    b"Return-Path: <>\r\nIn-Reply-To: <a@x>\r\n",
    b"List-Unsubscribe: <https://x.example/u>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
]
PEOPLE = [
    b"Auto-Submitted: no\r\n",
    b"Precedence: normal\r\n",
    b"X-Auto-Response-Suppress: None\r\n",
    b"X-Auto-Response-Suppress: All\r\n",
    b"X-Loop: yes\r\n",
    b"Return-Path: <>\r\n",
    b"List-Unsubscribe: <https://x.example/u>\r\n",
    b"Return-Path: <ann@example.com>\r\n",
    b"List-Id: <help.example.com>\r\nPrecedence: list\r\nList-Unsubscribe: <mailto:x@y>\r\n",
]
AWAY = [
    "Out of Office: Boiler",
    "Out of Office AutoReply: Boiler",
    "Automatic reply: Boiler",
    "Auto-Reply",
    "AUTO: Ann Lee is out of the office (returning 03/01/2012)",
    "Automatische Antwort: Boiler",
    "Abwesenheitsnotiz: Boiler",
    "Réponse automatique : Boiler",
    "Respuesta automática: x",
    "Risposta automatica: x",
    "Resposta automática: x",
    "Automatisch antwoord: x",
    "Odpowiedź automatyczna: x",
    "Automatiskt svar: x",
    "Automatisk svar: x",
    "Fraværsmelding: x",
    "Automaattinen vastaus: x",
    "Automatická odpověď: x",
    "Automatikus válasz: x",
    "Răspuns automat: x",
    "Otomatik yanıt: x",
    "Автоответ: x",
    "Автоматична відповідь: x",
    "Αυτόματη απάντηση: x",
    "رد تلقائي: x",
    "תשובה אוטומטית: x",
    "自动回复: x",
    "自動応答: x",
    "자동 회신: x",
    "[EXTERNAL] Automatic reply: x",
    "[SPAM?] [#123] Out of Office: x",
    "EXTERN: Abwesenheitsnotiz: x",
    "(Externe) Réponse automatique : x",
    "***SPAM*** Automatic reply: x",
    "Ticket #4711: Automatische Antwort: x",
]
COMPLAINTS = [
    "Vacation rental was dirty",
    "On holiday in Spain we were overcharged",
    "Auto: broken windscreen",
    "Out of office hours nobody answers",
    "Automatic door hurt my hand",
    "Automated response was useless",
    "Abwesenheit des Hausmeisters seit Wochen",
    "[EXTERNAL] Delivery failed: my parcel",
    "Undeliverable? My letters come back",
    "Zustellung fehlgeschlagen",
    "Échec de livraison",
    "Falha na entrega",
    "Ошибка в счёте",
    "Mail not delivered",
    "Отсутствие воды",
    "Re: Automatic reply: you never answered",
    "Thank you for your message, but",
    "Undelivered parcel",
    "Delivery failure of my order",
    "Returned goods not refunded",
]


def head(subject: str) -> bytes:
    return f"From: Ann <ann@example.com>\r\nSubject: {subject}\r\n".encode()


@pytest.mark.parametrize("extra", AUTO_REPLIES)
def test_automatic_answers_by_their_headers(extra: bytes) -> None:
    flags = message_of(mail(extra=extra)).flags
    assert (flags.auto_reply, flags.automated) == (True, True)


@pytest.mark.parametrize("extra", AUTOMATED)
def test_automated_mail(extra: bytes) -> None:
    flags = message_of(mail(extra=extra)).flags
    assert (flags.auto_reply, flags.automated, flags.doubtful, flags.no_answer) == (False, True, True, True)


@pytest.mark.parametrize("extra", PEOPLE)
def test_people(extra: bytes) -> None:
    flags = message_of(mail(extra=extra)).flags
    assert (flags.auto_reply, flags.automated, flags.bounce) == (False, False, False)


@pytest.mark.parametrize("subject", AWAY)
def test_automatic_answers_by_their_subject(subject: str) -> None:
    assert message_of(mail(head=head(subject))).flags.auto_reply


@pytest.mark.parametrize("subject", COMPLAINTS)
def test_subjects_of_people_who_complain(subject: str) -> None:
    body = b"My parcel could not be delivered, delivery has failed twice. Call 0550 12345 or ann@example.com."
    flags = message_of(mail(body, head=head(subject))).flags
    assert (flags.auto_reply, flags.automated, flags.bounce) == (False, False, False)


def test_mail_from_a_list_is_marked() -> None:
    flags = message_of(mail(extra=b"List-Id: <help.example.com>\r\n")).flags
    assert (flags.list, flags.automated) == (True, False)


def test_our_own_mail_is_no_complaint() -> None:
    assert message_of(mail(), own_addresses="help@example.com ann@example.com").flags.automated
    assert not message_of(mail(), own_addresses="help@example.com").flags.automated


def test_an_abuse_report() -> None:
    extra = b"Content-Type: multipart/report; report-type=feedback-report; boundary=b\r\n"
    body = b"--b\r\n\r\nabuse\r\n--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\n--b--\r\n"
    flags = message_of(mail(body, extra=extra)).flags
    assert (flags.feedback_report, flags.bounce, flags.automated) == (True, False, True)


RESULTS = b"Authentication-Results: mx.example.org; spf=pass; dmarc=%s header.from=example.com\r\n"


@pytest.mark.parametrize(
    ("extra", "trusted", "spoofed"),
    [
        (RESULTS % b"fail", "mx.example.org", True),
        (RESULTS % b"pass", "mx.example.org", False),
        (RESULTS % b"fail", "", False),
        (RESULTS % b"fail", "other.example.org", False),
        (RESULTS % b"pass" + RESULTS % b"fail", "mx.example.org", False),
        (b"Authentication-Results: evil.example; dmarc=pass\r\n" + RESULTS % b"fail", "mx.example.org", True),
        (b"Authentication-Results: mx.example.org; spf=pass\r\n" + RESULTS % b"fail", "mx.example.org", True),
        (b"", "mx.example.org", False),
    ],
)
def test_only_our_own_server_says_what_is_forged(extra: bytes, trusted: str, spoofed: bool) -> None:
    assert message_of(mail(extra=extra), authserv_id=trusted).flags.spoofed is spoofed
