"""The visible reply over the forms that mail programs give to a quotation."""

import pytest

from channels.mail.reading.reply_text import Setting, visible

SAID = "The boiler leaks again.\n\nPlease send somebody."
OLD = "> We fixed the boiler.\n> Is all well?"
PLAIN_OLD = "We fixed the boiler.\nIs all well?"

INTRODUCTIONS = {
    "gmail": "On Tue, Aug 2, 2016 at 10:00 AM Ann Lee <ann@example.com> wrote:",
    "gmail wrapped": "On Tue, Aug 2, 2016 at 10:00 AM The Very Long Name <\nann@example.com> wrote:",
    "apple": "On 2 Aug 2016, at 10:00, Ann Lee <ann@example.com> wrote:",
    "apple wrapped": "On 2 Aug 2016, at 10:00, Ann Lee\n<ann@example.com> wrote:",
    "no address": "On Aug 2, 2016, at 10:00 AM, Ann Lee wrote:",
    "thunderbird": "On 02/08/16 10:00, Ann Lee wrote:",
    "yahoo": "On Tuesday, August 2, 2016 10:00 AM, Ann Lee <ann@example.com> wrote:",
    "name first": "Ann Lee <ann@example.com> wrote:",
    "german": "Am 02.08.2016 um 10:00 schrieb Ann Lee <ann@example.com>:",
    "german mobile": "Ann Lee <ann@example.com> schrieb am Di., 2. Aug. 2016, 10:00:",
    "french": "Le mar. 2 août 2016 à 10:00, Ann Lee <ann@example.com> a écrit :",
    "spanish": "El mar., 2 ago. 2016 a las 10:00, Ann Lee (<ann@example.com>) escribió:",
    "portuguese": "Em ter., 2 de ago. de 2016 às 10:00, Ann Lee <ann@example.com> escreveu:",
    "italian": "Il giorno mar 2 ago 2016 alle ore 10:00 Ann Lee <ann@example.com> ha scritto:",
    "dutch": "Op di 2 aug. 2016 om 10:00 schreef Ann Lee <ann@example.com>:",
    "danish": "Den tir. 2. aug. 2016 kl. 10.00 skrev Ann Lee <ann@example.com>:",
    "norwegian": "tir. 2. aug. 2016 kl. 10:00 skrev Ann Lee <ann@example.com>:",
    "swedish": "Den tis 2 aug. 2016 kl 10:00 skrev Ann Lee <ann@example.com>:",
    "finnish": "ti 2. elok. 2016 klo 10.00 Ann Lee (ann@example.com) kirjoitti:",
    "polish": "wt., 2 sie 2016 o 10:00 Ann Lee <ann@example.com> napisał(a):",
    "polish web": "W dniu 2.08.2016 o 10:00 Ann Lee pisze, napisała:",
    "czech": "út 2. 8. 2016 v 10:00 odesílatel Ann Lee <ann@example.com> napsal:",
    "slovak": "ut 2. 8. 2016 o 10:00 Ann Lee <ann@example.com> napísal(a):",
    "hungarian": "Ann Lee <ann@example.com> ezt írta (időpont: 2016. aug. 2., K, 10:00):",
    "romanian": "În mar., 2 aug. 2016 la 10:00, Ann Lee <ann@example.com> a scris:",
    "turkish": "Ann Lee <ann@example.com>, 2 Ağu 2016 Sal, 10:00 tarihinde şunu yazdı:",
    "russian": "вт, 2 авг. 2016 г. в 10:00, Ann Lee <ann@example.com>:",
    "russian written": "2 августа 2016 г. 10:00 пользователь Ann Lee <ann@example.com> написал:",
    "ukrainian": "вт, 2 серп. 2016 о 10:00 Ann Lee <ann@example.com> пише:",
    "greek": "Στις Τρί, 2 Αυγ 2016 στις 10:00 π.μ., ο χρήστης Ann Lee <ann@example.com> έγραψε:",
    "japanese": "2016年8月2日(火) 10:00 Ann Lee <ann@example.com>:",
    "chinese": "Ann Lee <ann@example.com> 于2016年8月2日周二 上午10:00写道：",
    "korean": "2016년 8월 2일 (화) 오전 10:00, Ann Lee <ann@example.com>님이 작성:",
    "vietnamese": "Vào 10:00, Th 3, 2 thg 8, 2016 Ann Lee <ann@example.com> đã viết:",
    "hebrew": "‫בתאריך יום ג׳, 2 באוג׳ 2016 ב-10:00 מאת ‪Ann Lee‬‏ <‪ann@example.com‬‏>:‬",
    "zoho": "---- On Tue, 02 Aug 2016 10:00:00 +0200 Ann Lee <ann@example.com> wrote ----",
    "mail.ru": "Вторник, 2 августа 2016, 10:00 +03:00 от Ann Lee <ann@example.com>:",
}

BLOCKS = {
    "outlook": "From: Ann Lee <ann@example.com>\nSent: Tuesday, August 2, 2016 10:00 AM\nTo: Bo\nSubject: RE: Boiler",
    "outlook bold": "*From:* Ann Lee [mailto:ann@example.com]\n*Sent:* Tuesday\n*To:* Bo\n*Subject:* Boiler",
    "ruled": "________________________________\nFrom: Ann Lee\nSent: Tuesday, August 2, 2016\nTo: Bo\nSubject: Boiler",
    "german": "Von: Ann Lee <ann@example.com>\nGesendet: Dienstag, 2. August 2016\nAn: Bo\nBetreff: Boiler",
    "french": "De : Ann Lee <ann@example.com>\nEnvoyé : mardi 2 août 2016\nÀ : Bo\nObjet : Boiler",
    "spanish": "De: Ann Lee\nEnviado el: martes, 2 de agosto\nPara: Bo\nAsunto: Boiler",
    "dutch": "Van: Ann Lee\nVerzonden: dinsdag 2 augustus\nAan: Bo\nOnderwerp: Boiler",
    "polish": "Od: Ann Lee\nWysłano: wtorek\nDo: Bo\nTemat: Boiler",
    "swedish": "Från: Ann Lee\nSkickat: den 2 augusti\nTill: Bo\nÄmne: Boiler",
    "russian": "От: Ann Lee\nОтправлено: вторник\nКому: Bo\nТема: Boiler",
    "japanese": "差出人: Ann Lee\n送信日時: 2016年8月2日\n宛先: Bo\n件名: Boiler",
    "chinese": "发件人: Ann Lee\n发送时间: 2016年8月2日\n收件人: Bo\n主题: Boiler",
    "date first": "Date: Tue, 2 Aug 2016 10:00:00 +0200\nSubject: Boiler\nFrom: ann@example.com\nTo: bo@example.com",
    "marked": "-----Original Message-----\nFrom: Ann Lee",
    "marked german": "-------- Ursprüngliche Nachricht --------\nVon: Ann Lee",
    "marked french": "-------- Message d'origine --------\nDe : Ann Lee",
    "marked spaced": "----- Original Message -----",
    "ticket": "##- Please type your reply above this line -##",
}

SENT_FROM = [
    "Sent from my iPhone",
    "Sent from my Verizon Wireless 4G LTE smartphone",
    "Sent from Yahoo Mail on Android",
    "Sent from Mail for Windows 10",
    "Sent via BlackBerry by AT&T",
    "Get Outlook for iOS<https://aka.ms/o0ukef>",
    "Von meinem iPhone gesendet",
    "Gesendet mit der GMX Mail App",
    "Envoyé de mon iPhone",
    "Enviado desde mi iPhone",
    "Enviado do meu iPhone",
    "Inviato da iPhone",
    "Verstuurd vanaf mijn iPhone",
    "Skickat från min iPhone",
    "Sendt fra min iPhone",
    "Wysłane z iPhone'a",
    "Odesláno z iPhonu",
    "Отправлено с iPhone",
    "iPhone'umdan gönderildi",
    "Lähetetty iPhonesta",
    "iPhoneから送信",
    "发自我的 iPhone",
    "나의 iPhone에서 보냄",
]


@pytest.mark.parametrize("name", INTRODUCTIONS)
def test_words_above_a_marked_quotation(name: str) -> None:
    assert visible(f"{SAID}\n\n{INTRODUCTIONS[name]}\n\n{OLD}\n").text == SAID


@pytest.mark.parametrize("name", INTRODUCTIONS)
def test_words_above_a_quotation_without_marks(name: str) -> None:
    assert visible(f"{SAID}\n\n{INTRODUCTIONS[name]}\n\n{PLAIN_OLD}\n").text == SAID


@pytest.mark.parametrize("name", INTRODUCTIONS)
def test_words_below_a_quotation(name: str) -> None:
    assert visible(f"{INTRODUCTIONS[name]}\n{OLD}\n\n{SAID}\n").text == SAID


@pytest.mark.parametrize("name", BLOCKS)
def test_words_above_a_header_block(name: str) -> None:
    assert visible(f"{SAID}\n\n{BLOCKS[name]}\n\n{PLAIN_OLD}\n").text == SAID


@pytest.mark.parametrize("line", SENT_FROM)
def test_the_line_a_telephone_adds_goes_to_the_signature(line: str) -> None:
    said = visible(f"{SAID}\n\n{line}\n")
    assert (said.text, said.signature) == (SAID, line)


@pytest.mark.parametrize("delimiter", ["--", "-- ", " --", "--  "])
def test_a_signature_is_kept_apart(delimiter: str) -> None:
    said = visible(f"{SAID}\n\n{delimiter}\nBo Ek\nTel. 0123 456789\n")
    assert (said.text, said.signature) == (SAID, "Bo Ek\nTel. 0123 456789")


KEPT_WHOLE = {
    "a journey": "My trip was cancelled.\n\nFrom: London\nTo: Paris\nDate: 3 May\n\nI want my money back.",
    "sent from in a sentence": "It was sent from my house on Monday, and nobody answered.",
    "on a day": "On Monday I called at 10:30.\n\nNobody wrote back:\nnot one line.",
    "dashes in a line": "The price -- as shown -- was wrong.\n\nI paid too much.",
    "a list": "Two things:\n\n- the boiler\n- the bill\n\nBoth are wrong.",
    "a rule": "First part.\n\n--------------------\n\nSecond part, with more words in it.",
    "agent wrote": "The agent wrote that all is well:\nit is not.",
    "quoted law": "> Article 5 says the trader must pay.\n\nSo pay me.",
    "a list of arrows": "The reasons they gave:\n\n> late payments\n> too many inquiries",
    "one arrow": "They gave one reason.\n>late payments, which is wrong",
    "a letter": "From: Bo Ek\nTo: The Bank\nSubject: my complaint\nDate: today\n\nI was charged twice.",
}


@pytest.mark.parametrize("name", KEPT_WHOLE)
def test_nothing_that_a_person_wrote_is_lost(name: str) -> None:
    assert visible(KEPT_WHOLE[name]).text == KEPT_WHOLE[name]


def test_answers_between_quotations_keep_the_questions() -> None:
    said = visible(
        "Hello,\n\nOn 2 Aug 2016, at 10:00, Ann wrote:\n> Which boiler?\n\nThe old one.\n\n> When?\n\nToday.\n"
    )
    assert said.text == "Hello,\n\n> Which boiler?\n\nThe old one.\n\n> When?\n\nToday."


def test_an_answer_below_a_greeting_is_no_signature() -> None:
    said = visible(f"Dear Sirs,\n\nOn 2 Aug 2016, at 10:00, Ann wrote:\n{OLD}\n\nNo, it is not.\n")
    assert said.text == "Dear Sirs,\n\nNo, it is not."


def test_a_confidentiality_notice_is_no_complaint() -> None:
    notice = "This e-mail and any attachments are confidential and intended solely for the addressee."
    assert visible(f"{SAID}\n\n{notice}\nIf received in error notify us.").text == SAID
    assert visible(f"{SAID}\n\n{'*' * 60}\n{notice}\n{'*' * 60}\n").text == SAID


def test_of_a_forwarded_mail_the_inner_words_stay() -> None:
    inner = "From: Ann <ann@example.com>\nSubject: x\n\nIt leaks."
    body = f"Please see to it.\n\n---------- Forwarded message ---------\n{inner}"
    assert visible(body, Setting(forwards=True)).text == body
    assert visible(body).text == body


def test_only_history_is_no_word_of_the_sender() -> None:
    assert visible("> On Tue, 2 Aug 2016 at 10:00 Ann <a@example.com> wrote:\n>\n>> Old.").text == ""
    assert visible("").text == ""
