"""How organisations close their mails: notices of secrecy, of scanning and of printing, in the languages they speak."""

import re

SECRET = re.compile(
    r"confidential|privileged|intended (?:solely|only|for)|vertraulich|confidentiel|confidencial"
    r"|riservat|vertrouwelijk|geheim"
    r"|poufn|konfidenti|fortrolig|luottamuksel|důvěrn|bizalmas|confiden[țt]ial|gizli|конфиденциальн"
    r"|конфіденційн|εμπιστευτικ|سري|סודי"
    r"|保密|机密|機密|기밀|legally binding|rechtsverbindlich|personal (?:to|views)|data protection",
    re.IGNORECASE,
)
WRONG_READER = re.compile(
    r"intended recipient|recipients?\b|addressee|in error|unauthori[sz]ed|disclos|disseminat"
    r"|delete (?:it|this)|notify (?:the|us)"
    r"|legally privileged|if you (?:are not|have received)|irrt[üu]mlich|richtige[nr]? (?:adressat"
    r"|empf[äa]nger)|bestimmt"
    r"|unbefugt|vernichten|destinataire|par erreur|destinatari[oa]|por error|por engano|erroneamente"
    r"|per errore|geadresseerde|ten onrechte"
    r"|adresat|omy[łl]k|mottagare|avsedd|modtager|mottaker|vastaanottaja|adres[áa]t|omylem|c[íi]mzett"
    r"|t[ée]ved|destinatar|eroare|al[ıi]c[ıi]"
    r"|получател|адресат|одержувач|παραλήπτ|المستلم|נמען|收件人|受信者|宛先|수신",
    re.IGNORECASE,
)
SCANNED = re.compile(
    r"(?:e-?mail|message|mail)\b.{0,60}\b(?:scanned|swept|checked|virus)|virus.{0,40}(?:scan|check|free"
    r"|gepr[üu]ft)|auf viren|analyse[r]? .{0,20}virus"
    r"|(?:may be|are|is|werden) (?:monitored|recorded)[^.]{0,60}(?:e-?mail|communicat|system|network)"
    r"|(?:e-?mails?|communications?)\b[^.]{0,80}(?:may be|are) (?:monitored|recorded|intercepted)",
    re.IGNORECASE,
)
_PRINTING = (
    r"please (?:consider|think of|don.t print)|(?:think|save paper|save a tree)\b.{0,40}\bprint"
    r"|before (?:you )?print"
    r"|bitte (?:denken|pr[üu]fen) sie .{0,40}(?:umwelt|ausdruck)|(?:denken sie"
    r"|schonen sie) .{0,20}umwelt|(?:merci de )?pense[rz]? [àa] l.environnement"
    r"|(?:por favor,? )?(?:piense|considere|antes de imprimir)|pense(?: bem)? antes de imprimir"
    r"|pensa all.ambiente|prima di stampare|denk aan het milieu"
    r"|pomy[śs]l o [śs]rodowisku|zanim wydrukujesz|t[äa]nk p[åa] milj[öo]n|t[æa]nk p[åa] milj[øo]et"
    r"|ajattele ymp[äa]rist|my?slete na životn|gondoljon a k[öo]rnyezet"
)
PRINTING = re.compile(rf"^\W{{0,6}}(?:{_PRINTING})", re.IGNORECASE)
NOTICE = re.compile(
    r"^\W{0,6}(?:the original of this e-?mail was|this e-?mail (?:has been|was) (?:scanned|swept|checked)"
    r"|confidentiality (?:notice|note)|disclaimer\b|legal notice|(?:notice|important|warning|caution)\s?[:!-]"
    r"|this (?:e-?mail|message|communication|transmission|document)(?: message)?"
    r"(?:,? (?:and|including|together|with|is|contains|may|has|was)\b| \(|,)|the (?:information"
    r"|contents?) (?:in|contained|of) (?:this|in)"
    r"|(?:any|all) (?:views|opinions|e-?mails?)|if you (?:are not|have received)|privileged|confidential"
    r"|(?:der inhalt )?dies(?:e|er|es) (?:e-?mail|nachricht|schreiben)|(?:die|der) (?:in|inhalt) dieser"
    r"|vertraulich|hinweis:"
    r"|ce (?:message|courriel|mail|courrier)|este (?:mensaje|correo|e-?mail)|esta mensagem"
    r"|la informaci[óo]n|as informa[çc][õo]es"
    r"|questo messaggio|le informazioni|(?:dit|de inhoud van dit) (?:e-?mail)?(?:bericht)?"
    r"|данное сообщение|эт[оа] (?:сообщение|письмо)"
    r"|(?:niniejsz|ta wiadomo)|(?:detta|dette|denne) (?:e-?post|meddelande|melding|e-?mail|mail|besked)"
    r"|t[äa]m[äa] (?:viesti|s[äa]hk)|tato? (?:zpr[áa]va|e-?mail)"
    r"|ez az? (?:e-?mail|[üu]zenet)|acest (?:mesaj|e-?mail)|bu (?:e-?posta|mesaj)|本邮件|本電子郵件"
    r"|このメール|이 (?:메일|메시지)"
    rf"|{_PRINTING})",
    re.IGNORECASE,
)
"""How the paragraph begins; whether it is one is asked of the whole paragraph."""
PERSONAL = re.compile(
    r"\b(?:I|[Mm]y|[Mm]e|[Ss]he|[Hh]e|[Hh]is|[Hh]er|[Ii]ch|[Mm]ein(?:e[rmns]?)?|[Mm]ir|je|mon|ma|mes|yo"
    r"|io|mi[oa]|eu|meu|minha|ik|mijn|jag|jeg|мой|моя|я)\b"
    r"|\byour (?!system|computer|e-?mail|mail|in-?box|record|co-?operation|network|own|server|responsib"
    r"|device)",
)
"""Words of a person, which a notice has not."""
COMPANY = re.compile(
    r"\b(?:gmbh|mbh|ag|kg|ohg|e\.? ?v\.|ltd|limited|llc|llp|plc|inc|corp|s\.?a\.?r?\.?l?|s\.?r\.?l"
    r"|s\.?p\.?a|b\.?v|n\.?v|ab|oyj?|a/s|aps|as|sp\. z o\.? ?o|s\.?r\.?o|kft|zrt)\b\.?"
    r"|\bhrb\b|\bvat\b|ust-?id|gesch[äa]ftsf[üu]hr|registered (?:office|in)|siret|c\.?i\.?f\b|p\.? ?iva"
    r"|kvk|(?:stra(?:ß|ss)e|street|road|avenue|laan|gasse|weg|platz|rue|calle|via)\b.{0,20}\d",
    re.IGNORECASE,
)
FOOT = re.compile(
    r"registered (?:office|in|no)|company (?:no|number|registration)|all rights reserved|unsubscribe"
    r"|amtsgericht|handelsregister|©",
    re.IGNORECASE,
)
WIDE = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
