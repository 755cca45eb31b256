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


_OWN_WORDS = (
    r"I|i['’](?:ve|m|d)|[Mm]e|[Mm]y|[Yy]our|[Oo]urs?|[Ww]e|[Hh]e|[Ss]he|[Tt]hey|[Hh]is|[Hh]er|[Tt]heir"
    r"|[Ss]omebody|[Nn]obody"
    r"|(?:the|this|that|these|those|one of|some|every|another) [a-z]{2,}|which|who|told|by (?:phone|mail"
    r"|letter|post)|yesterday|again"
    r"|[Ii]ch|[Mm]ir|[Mm]ich|[Mm]ein(?:e[rmns]?)?|[Ww]ir|[Uu]ns(?:er(?:e[rmns]?)?)?|[Ii]hr(?:e[rmns]?)?"
    r"|[Ee]in(?:e[rmns]?)?|gestern"
    r"|je|j['’]ai|m['’]a|[Nn]ous|[Vv]ous|[Vv]otre|[Nn]otre|vos|mon|mes|leur|hier|yo|[Nn]osotros"
    r"|su (?=[a-z])|mi|tu"
    r"|[Nn]uestr[oa]|me|ayer|io|mi[oa]|tu[oa]|[Vv]ostr[oa]|[Nn]ostr[oa]|eu|meu|minha|vosso|vossa|[Ss]eu"
    r"|[Ss]ua|[Nn]osso|ontem"
    r"|ik|mijn|uw|jullie|[Oo]nze|gisteren|mnie|m[óo]j|moja|[Ww]asz[a-z]*|pa[ńn]sk[a-z]*|wczoraj|jag"
    r"|mig|ig[åa]r"
    r"|jeg|meg|[Dd]eres|i g[åa]r|min[äa]|[Tt]eid[äa]n|eilen|j[áa]|m[ůu]j|moje|[Vv]á[šs]|v[čc]era|én"
    r"|[Öö]nök|tegnap"
    r"|mea|nostru|dumneavoastr[ăa]|ieri|ben|benim|sizin|d[üu]n|я|мне|мой|моя|[Вв]аш[а-я]*|[Нн]аш[а-я]*"
    r"|вчера|мені|мій|вчора"
    r"|εγώ|μου|σας|χθες"
)
SENTENCE = re.compile(rf"\b(?:{_OWN_WORDS})\b")
"""A word that stands in a person's sentence ("Your agent wrote to me: …") and in no program's introduction."""
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
    r"|inizio (?:del )?messaggio inoltrato|inicio del mensaje reenviado"
    r"|in[íi]cio da mensagem (?:re)?encaminhada"
    r"|begin doorgestuurd bericht|vidarebefordrat brev|start p[åa] videresendt|videresendt melding"
    r"|v[äa]litetty viesti"
    r"|pocz[ąa]tek przekazywanej|za[čc][áa]tek p[řr]epos[íi]lan[ée]|tov[áa]bb[íi]tott lev[ée]l kezdete"
    r"|[îi]nceputul mesajului redirec|[iİ]letilen ileti ba[şs]lang|начало переадресованного"
    r"|початок листа, що перес"
    r"|αρχή προωθημένου|بدء الرسالة المعاد توجيهها|התחלת ההודעה שהועברה|开始转发邮件|開始轉寄郵件"
    r"|転送されたメッセージ"
    r"|전달된 메시지 시작)",
    re.IGNORECASE,
)
_FORWARDED = (
    r"forwarded (?:message|mail|e-?mail)|fwd message|weitergeleitete (?:nachricht|e-?mail|mail)"
    r"|message (?:transf[ée]r[ée]|r[ée]exp[ée]di[ée])"
    r"|(?:mensaje|correo) reenviado|messaggio inoltrato|mensagem (?:re)?encaminhada|doorgestuurd bericht"
    r"|przekazana wiadomo[śs][ćc]"
    r"|wiadomo[śs][ćc] przekazana|vidarebefordrat (?:meddelande|mejl|brev)|videresendt (?:meddelelse"
    r"|melding|e-?mail|besked)"
    r"|(?:edelleen l[äa]hetetty|v[äa]litetty) viesti|edelleenl[äa]hetetty viesti"
    r"|p[řr]eposlan[áa] (?:zpr[áa]va|spr[áa]va)|tov[áa]bb[íi]tott [üu]zenet"
    r"|mesaj redirec[țt]ionat|(?:y[öo]nlendirilmi[şs]|iletilmi[şs]|iletilen) (?:ileti|mesaj|e-?posta)"
    r"|пересыла\w* (?:сообщение|письмо)|пересланное (?:сообщение|письмо)"
    r"|переслан\w* (?:повідомлення|лист)|перенаправленное сообщение|προωθημένο (?:μήνυμα|e-?mail)"
    r"|رسالة (?:محو[ّ]?لة|مُعاد توجيهها|معاد توجيهها)|הודעה שהועברה"
    r"|转发的?邮件|转发的消息|轉寄(?:的)?(?:郵件|訊息|信件)|転送(?:された)?メッセージ|전달된 (?:메시지|메일)"
)
FORWARDED = re.compile(
    rf"^[\s*_>]{{0,10}}(?:[-_=~*]{{2,40}}\s{{0,3}}(?:{_FORWARDED})\s?:?\s{{0,3}}[-_=~*]{{0,40}}"
    rf"|(?:{_FORWARDED})\s?:?)[\s*_]*$",
    re.IGNORECASE,
)
"""The mark above a mail that was passed on; of a mail that was answered ORIGINAL says the same."""
CLOCK = re.compile(r"\b\d{1,2}\s?[:.hH]\s?\d{2}\b|[上下]午|오[전후]")
FORM_LABEL = re.compile(
    r"^[\s*_|]{0,10}(?:message(?: body)?|your message|nachricht(?:entext)?|(?:ihre )?mitteilung|anliegen"
    r"|beschwerde|comments?|kommentare?|question|frage"
    r"|details|description|beschreibung|complaint|mensaje|mensagem|messaggio|bericht|meddelande"
    r"|meddelelse|melding|besked|viesti|zpr[áa]va|wiadomo[śs][ćc]|tre[śs][ćc]"
    r"|[üu]zenet|mesaj(?:ul)?|сообщение|повідомлення|μήνυμα|الرسالة|הודעה|留言|内容|メッセージ"
    r"|お問い合わせ内容|내용|name|nom|nombre|nome|naam|phone|telephone|telefon|t[ée]l[ée]phone|tel[ée]fono"
    r"|e-?mail(?:[ -]address| adresse)?|ip|page|form|url)[ \t*_]{0,6}[:：]",
    re.IGNORECASE,
)
"""What a form writes before its answers, and no mail program before an old mail."""
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
SENDER_LABEL = re.compile(
    rf"^[\s*_|]{{0,10}}(?:{_FROM})[ \t*_\u200e]{{0,6}}[:：]",
    re.IGNORECASE,
)
SENT_LABEL = re.compile(
    r"^[\s*_|]{0,10}(?:sent|gesendet|envoy[ée](?: le)?|enviad[oa](?: el| em)?|inviato|verzonden"
    r"|отправлено|надіслано|skickat|sendt"
    r"|wys[łl]an[oe]|odesl[áa]no|odoslan[ée]|l[äa]hetetty|elk[üu]ldve|g[öo]nderildi|στάλθηκε|trimis"
    r"|发送时间|發送時間|送信日時|보낸 ?날짜|נשלח)"
    r"[ \t*_\u200e]{0,6}[:：]",
    re.IGNORECASE,
)
SUBJECT_LABEL = re.compile(
    r"^[\s*_|]{0,10}(?:subject|betreff|objet|sujet|asunto|assunto|oggetto|onderwerp|тема|[äa]mne|emne"
    r"|temat|p[řr]edm[ěe]t|predmet"
    r"|aihe|t[áa]rgy|konu|θέμα|subiect|الموضوع|主题|主旨|主題|件名|제목|נושא)[ \t*_\u200e]{0,6}[:：]",
    re.IGNORECASE,
)
LABEL = re.compile(
    rf"^[\s*_|]{{0,10}}(?:{_FROM}|{_OTHER})[ \t*_\u200e]{{0,6}}[:：]",
    re.IGNORECASE,
)

SENT_BY_POST = re.compile(
    r"\b(?:courier|post|dhl|ups|dpd|gls|fedex|hermes|registered|recorded|parcel|paket|p[äa]ckchen"
    r"|einschreiben|brief|kurier|poste|colis|recommand[ée]e?|correos?"
    r"|certificad[oa]|paquete|corriere|raccomandata|pacco|pakket|aangetekend|kurierem|poczt[ąa]"
    r"|list(?:em)? polecon\w+|rek|budb[ií]l|kur[ýy]r\w*|po[šs]tou|почтой|курьером)\b"
    r"|\b(?:on|am|le|el|il|op|den|dnia) \d{1,2}\.? ",
    re.IGNORECASE,
)
"""Of a parcel or a letter, not of a telephone."""
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

GREETING = re.compile(
    r"^\W*(?:hi|hello|hey|dear|good (?:morning|day|afternoon|evening)|hallo|guten|sehr geehrte|liebe"
    r"|bonjour|bonsoir|madame|monsieur"
    r"|ch[èe]re?|hola|estimad|buenos|ol[áa]|prezad|ciao|gentile|salve|beste|geachte|hej|kj[æa]re"
    r"|здравствуйте|привет|уважаем|dzie[ńn] dobry"
    r"|dobr[ýy] den|to whom)\b[^.!?]{0,60}$",
    re.IGNORECASE,
)
