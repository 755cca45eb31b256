"""Read receipts: a mail program's word that a mail was shown or deleted (RFC 8098), with and without its structure."""

import re

from channels.mail.reading import subjects
from channels.mail.reading.history_words import LABEL
from channels.mail.reading.structure import Part

_SUBJECT = re.compile(
    r"(?:(?:not |un)?read|deleted|opened|(?:nicht |un)?gelesen|(?:non )?lue?|(?:no )?le[íi]d[oa]"
    r"|(?:non )?lett[oa]|(?:n[ãa]o )?lid[oa]|(?:niet |on)?gelezen|(?:nie)?przeczytan[oae]"
    r"|(?:o)?läst|(?:u)?læst|(?:u)?lest|luettu|(?:ne)?p[řr]e[čc]ten[oé]|(?:el)?olvasva|(?:ne)?citit|okundu"
    r"|(?:не )?(?:прочитано|прочтено)|διαβάστηκε|تمت القراءة|נקרא|已[读讀]|未[读讀]|開封済み?|읽음"
    r"|return receipt(?: \([a-z]+\))?|read receipt|lesebest[äa]tigung|(?:accus[ée]"
    r"|confirmation) de (?:lecture|r[ée]ception)|confirmaci[óo]n de lectura"
    r"|(?:conferma di lettura|ricevuta di (?:ritorno|lettura))|(?:recibo|confirma[çc][ãa]o) de leitura"
    r"|leesbevestiging|potwierdzenie (?:przeczytania|odczytu)"
    r"|l[äa]s(?:e)?kvitt(?:o|ens|ering)|læsekvittering|lukukuittaus|potvrzen[íi] o p[řr]e[čc]ten[íi]"
    r"|olvas[áa]si visszaigazol[áa]s|confirmare de citire|okundu bilgisi"
    r"|уведомление о прочтении|повідомлення про прочитання|開封確認|阅读回执|讀取回條|읽음 확인)\s*[:：\-–(]",
    re.IGNORECASE,
)
_SAYS = re.compile(
    r"\bwas (?:read|displayed|opened|deleted)|(?:has|have) been (?:read|displayed|opened)"
    r"|displayed on the recipient|wurde\b.{0,200}?(?:gelesen|gel[öo]scht|angezeigt|ge[öo]ffnet)"
    r"|a [ée]t[ée] (?:lu|affich|supprim|ouvert)"
    r"|(?:fue|ha sido|se ha) (?:le[íi]d|mostrad|abiert|eliminad)|[èe] stat[oa] (?:lett|visualizzat|apert"
    r"|eliminat)|foi (?:lid|exibid|exclu|abert)|(?:is|werd)\b.{0,200}?(?:gelezen|weergegeven|geopend"
    r"|verwijderd)"
    r"|zosta[łl][ao]? (?:przeczytan|wy[śs]wietlon|otwart)|l[äa]stes|har l[äa]sts|blev (?:læst|vist)"
    r"|ble (?:lest|vist)|luettiin|on luettu|byl[ao]? (?:p[řr]e[čc]ten|zobrazen)|elolvast|a fost (?:citit"
    r"|afi[șs]at)"
    r"|okundu|прочита|прочтен|отображен|διαβάστηκε|تمت قراءة|נקראה?|已(?:于.{0,40})?(?:被)?(?:阅读|閱讀"
    r"|读取|讀取)|開封|表示されました|읽었|읽음",
    re.IGNORECASE | re.DOTALL,
)
_SHORT = 1500
_OWN_LINES = 5


def is_receipt(top: Part, subject: str, text: str) -> bool:
    """The receipt of any mail program; a person's mail that encloses one is none."""
    notices = any(part.media_type == "message/disposition-notification" for part in top.walk())
    if notices and (
        top.media_type in ("multipart/report", "message/disposition-notification") or not text.strip()
    ):
        return True
    return says_read(subject) and _tells(text)


def says_read(subject: str) -> bool:
    """`Read: …`, `Gelesen: …`, `Return Receipt (displayed) - …`."""
    return bool(_SUBJECT.match(subjects.without_tags(subject)[:200]))


def _tells(text: str) -> bool:
    """The few lines that a program writes: whose mail it was, by labels, and that it was read."""
    short = text.strip()
    if not short or len(short) > _SHORT or not _SAYS.search(short):
        return False
    lines = [line.strip() for line in short.split("\n") if line.strip()]
    labels = sum(bool(LABEL.match(line[:80])) for line in lines)
    return (labels >= 2 and len(lines) - labels <= _OWN_LINES) or len(lines) <= 3
