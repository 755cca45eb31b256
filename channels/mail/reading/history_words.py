"""How mail programs introduce what they quote, in the languages they speak: data for reply_text."""

import re

_VERB = (
    "wrote|writes|said|a écrit|a ecrit|schrieb|geschrieben|escribió|escribio|ha escrito|va escriure|escreveu"
    "|ha scritto|scrive|schreef|geschreven|skrev|skreiv|kirjoitti|napisał|napisal|napsal|napísal|napisao"
    "|написал|написав|написа|เขียน|пишет|пише|írta|irta|yazdı|yazdi|έγραψε|a scris|rašė|kirjutas|rakstīja"
    "|rakstija|viết|menulis|כתב|كتب|写道|寫道|写到|書きました|のメール|작성|님이"
)
_VERBS = tuple(_VERB.split("|"))
VERB = re.compile(rf"(?:\b|(?<=[^\x00-\x7f]))(?:{_VERB})", re.IGNORECASE)
_ENDS = (":", "：", *_VERBS)
_AFTER_VERB = (" het", " følgende", " volgende", "(a)")
_LAST = frozenset(ending[-1] for ending in (*_ENDS, *_AFTER_VERB))


def ends(line: str) -> bool:
    """May this line end an introduction? With a colon it may, or with the verb itself."""
    words = line.rstrip(" \t*_\u200e-").lower()
    if words[-1:] not in _LAST:
        return False
    if not words.endswith(_AFTER_VERB):
        return words.endswith(_ENDS)
    for added in _AFTER_VERB:
        words = words.removesuffix(added)
    return words.endswith(_VERBS)


STARTS = re.compile(
    r"^[\s*_>-]{0,10}(?:(?:on|le|am|el|em|il|op|den|dne|dňa|på|w dniu|dnia|в|у|на|la|pe|în|στις|ngày|pada"
    r"|vào|dana|kl\.?|ter|els?|bt"
    r"|(?:mon|tues?|wednes|thurs?|fri|satur|sun)(?:day)?|понедельник|вторник|среда|четверг|пятница|суббота"
    r"|воскресенье),?\s"
    r"|\w{2,12}\.?,? \d{1,2}\b"
    r"|\d{1,4} ?[./-] ?\d{1,2} ?[./-] ?\d|\d{1,2}\.? \w{3,12}\.?,? \d{4}|\d{4}[年년]|\d{1,2}:\d{2}\b)",
    re.IGNORECASE,
)
"""How an introduction begins: a preposition, a weekday, a date."""
DATE = re.compile(
    r"\d{1,4} ?[./-] ?\d{1,2} ?[./-] ?\d{1,4}|\b\d{1,2}:\d{2}\b"
    r"|\b\d{1,2}\.? (?:de )?\w{3,12}\.?,? (?:de )?\d{4}"
    r"|\w{3,12}\.? \d{1,2},? (?:at|\d{4})|\d{4}[年년]|\b\d{1,2} \w{3,12},? (?:at )?\d{1,2}[:.]\d{2}"
)
ADDRESS = re.compile(
    r"[\w.+'-]{1,64}@[\w-]{1,63}\.[\w.-]{1,200}|<[^<>\s]{1,200}@[^<>\s]{1,200}>|\bmailto:|\[email"
)

ORIGINAL = re.compile(
    r"^[\s*_>]{0,10}(?:[-_=~*]{2,}\s{0,3})(?:(?:original|forwarded|reply|replied|begin forwarded|quoted"
    r"|repl(?:y|ied to))\s(?:message|appointment|mail|e-mail|text)"
    r"|urspr[üu]ngliche (?:nachricht|e-?mail)|weitergeleitete nachricht|message (?:d.origine|original"
    r"|transf[ée]r[ée]|initial)"
    r"|mensaje (?:original|reenviado)|mensagem (?:original|encaminhada)|messaggio (?:originale|inoltrato)"
    r"|(?:oorspronkelijk|doorgestuurd) bericht|исходное сообщение|пересылаемое сообщение"
    r"|перенаправленное сообщение"
    r"|wiadomo[śs][ćc] oryginalna|oryginalna wiadomo[śs][ćc]|p[ůu]vodn[íi] (?:zpr[áa]va|e-?mail)"
    r"|p[ôo]vodn[áa] spr[áa]va"
    r"|opprinnelig melding|oprindelig (?:meddelelse|besked)|ursprungligt meddelande|alkuper[äa]inen viesti"
    r"|eredeti [üu]zenet|orijinal (?:mesaj|ileti)|αρχικό μήνυμα|mesajul original|原始邮件|原始郵件|原邮件"
    r"|元のメッセージ|転送メッセージ|원본 메시지)"
    r"\s*(?:[-_=~*]{2,}|$)",
    re.IGNORECASE,
)
FORWARD = re.compile(
    r"^[\s>*]{0,6}(?:begin forwarded message|anfang der weitergeleiteten|d[ée]but du message (?:transf"
    r"|r[ée]exp)"
    r"|inizio messaggio inoltrato|inicio del mensaje reenviado)",
    re.IGNORECASE,
)
ABOVE = re.compile(
    r"(?:reply|answer|respond|write|type)[^.]{0,30} above (?:this|the|that) line|above this line (?:to|will)",
    re.IGNORECASE,
)
"""The line that ticket systems ask people to write above."""

_FROM = (
    r"from|von|de|van|da|от|від|från|fra|od|l[äa]hett[äa]j[äa]|felad[óo]|kimden|g[öo]nderen|από|発信者"
    r"|差出人|发件人"
    r"|寄件者|寄件人"
    r"|보낸 ?사람|de la|מאת|من|expediteur|exp[ée]diteur|remitente|message du"
)
_OTHER = (
    r"sent|date|to|cc|bcc|subject|reply-to|importance|gesendet|datum|an|kopie|betreff|envoy[ée](?: le)?"
    r"|[àa]|copie [àa]|objet|sujet"
    r"|enviado(?: el| em)?|enviada(?: em)?|fecha|para|asunto|data|assunto|inviato|oggetto|verzonden|aan"
    r"|onderwerp|отправлено|дата|кому|копия|тема"
    r"|надіслано|skickat|till|[äa]mne|kopia|sendt|dato|til|kopi|emne|wys[łl]ano|wys[łl]ane|do|dw|temat"
    r"|odesl[áa]no|komu|p[řr]edm[ěe]t|predmet"
    r"|l[äa]hetetty|p[äa]iv[äa]ys|vastaanottaja|kopio|aihe|elk[üu]ldve|d[áa]tum|c[íi]mzett|t[áa]rgy|tarih"
    r"|g[öo]nderildi|kime|bilgi|konu"
    r"|στάλθηκε|ημερομηνία|προς|θέμα|trimis|c[ăa]tre|subiect|发送时间|發送時間|日期|收件人|收件者|抄送"
    r"|主题|主旨|送信日時|日時|宛先|件名"
    r"|보낸 ?날짜|받는 ?사람|제목|נשלח|אל|נושא|priority|organization|organisation|attachments?"
)
SENDER_LABEL = re.compile(rf"^[\s*_|]{{0,10}}(?:{_FROM})[ \t*_\u200e]{{0,6}}[:：]", re.IGNORECASE)
SUBJECT_LABEL = re.compile(
    r"^[\s*_|]{0,10}(?:subject|sent|betreff|gesendet|objet|sujet|envoy[ée](?: le)?|asunto|enviado(?: el"
    r"| em)?|assunto|oggetto|inviato|onderwerp|verzonden"
    r"|тема|отправлено|[äa]mne|skickat|emne|sendt|temat|wys[łl]ano|p[řr]edm[ěe]t|predmet|odesl[áa]no|aihe"
    r"|l[äa]hetetty|t[áa]rgy|elk[üu]ldve"
    r"|konu|θέμα|subiect|主题|主旨|件名|送信日時|发送时间|제목|נושא)[ \t*_\u200e]{0,6}[:：]",
    re.IGNORECASE,
)
LABEL = re.compile(rf"^[\s*_|]{{0,10}}(?:{_FROM}|{_OTHER})[ \t*_\u200e]{{0,6}}[:：]", re.IGNORECASE)

_SENT = (
    r"sent|envoy[ée]e?|gesendet|enviad[oa]|inviato|verzonden|verstuurd|skickat|sendt|wys[łl]an[eoy]"
    r"|odesl[áa]no|odoslan[ée]|poslano"
    r"|l[äa]hetetty|отправлено|изпратено|надіслано|trimis|στάλθηκε|k[üu]ldve|dikirim|đã gửi|נשלח"
)
_PREPOSITION = (
    r"from|via|using|with|by|through|on|de|du|depuis|[àa]|von|mit|aus|vom|über|desde|do|da|dal|dall|di"
    r"|vanaf|met|uit|fr[åa]n?|med|via|z|ze|s|с|из"
    r"|от|через|з|din|pe|από|az|dari|từ|my|מ"
)
SENT_FROM = re.compile(
    rf"^[\s*_>-]{{0,6}}(?:(?:{_SENT})[ '’-](?:{_PREPOSITION})[ '’-][^.,;!?\n<]{{2,60}}"
    r"|(?:von|vom|aus) [^.,;!?\n]{2,50} gesendet|[^.,;!?\n]{2,30} g[öo]nderildi|l[äa]hetetty \w{3,20}"
    r"|get outlook for \w[^.,;!?\n<]{1,30}"
    r"|(?:downloaden|télécharger|obtenir|obtener|hol(?:en)? sie sich|scarica|baixe|skaffa"
    r"|hent) outlook [^.,;!?\n<]{2,40}"
    r"|outlook (?:f[üu]r|pour|para|per|voor|for) (?:ios|android)[^\n<]{0,20}"
    r"|.{2,30}から送信|发自(?:我的)?.{2,30}|發自(?:我的)?.{2,30}|從我的.{2,30}傳送|나의 .{2,20}에서 보냄"
    r"|ส่งจาก.{2,30}"
    r"|sent: from my[^\n]{2,40})\.?\s*(?:<[^>\n]{0,200}>|\(?https?://\S{1,200})?[\s*_]*$",
    re.IGNORECASE,
)
"""The line a telephone or a mail program puts under every mail."""

CONFIDENTIAL = re.compile(
    r"confidential|intended (?:solely|only|for)|intended recipient|privileged|received this .{0,20}in error"
    r"|virus|monitored|disclaimer"
    r"|legally binding|vertraulich|irrt[üu]mlich|confidentiel|destinataire|confidencial|destinatario"
    r"|riservat|erroneamente"
    r"|vertrouwelijk|конфиденциальн|data protection|personal (?:to|views)",
    re.IGNORECASE,
)
NOTICE = re.compile(
    r"^\W{0,6}(?:the original of this e-?mail was|this e-?mail (?:has been|was) (?:scanned|swept|checked)"
    r"|confidentiality (?:notice|note)|disclaimer\b|legal notice|this (?:e-?mail|message|communication"
    r"|transmission)(?: message)?"
    r"(?:,? (?:and|including|together|with)| is| contains| may| \(|,)|the (?:information|contents?) (?:in"
    r"|contained|of) (?:this|in)"
    r"|diese (?:e-?mail|nachricht) (?:enth[äa]lt|ist)|ce (?:message|courriel)|este (?:mensaje|correo"
    r"|e-?mail)|esta mensagem"
    r"|questo messaggio|dit (?:e-?mail)?bericht|данное сообщение)",
    re.IGNORECASE,
)
GREETING = re.compile(
    r"^\W*(?:hi|hello|hey|dear|good (?:morning|day|afternoon|evening)|hallo|guten|sehr geehrte|liebe"
    r"|bonjour|bonsoir|madame|monsieur"
    r"|ch[èe]re?|hola|estimad|buenos|ol[áa]|prezad|ciao|gentile|salve|beste|geachte|hej|kj[æa]re"
    r"|здравствуйте|привет|уважаем|dzie[ńn] dobry"
    r"|dobr[ýy] den|to whom)\b[^.!?]{0,60}$",
    re.IGNORECASE,
)
