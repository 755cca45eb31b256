"""Addresses that no person reads or writes from, as their owners spell them: data for `person` and `automatic`."""

import re

_NO_REPLY = re.compile(
    r"(?:^|[-_.+])(?:"
    r"(?:please[-_.]?)?(?:do[-_.]?(?:not|nt|n)|dont|no|not|never|non)[-_.]?(?:re(?:ply|plies|plyto"
    r"|spond(?:er|a|ere|re)?|sponse|turn)"
    r"|answer|rispondere|reponse|risposta|mail[-_.]?back)"
    r"|(?:bitte[-_.]?)?(?:nicht|keine?)[-_.]?(?:antworten|antwort|beantworten|reply)"
    r"|(?:ne[-_.]?)?pas[-_.]?(?:de[-_.]?)?(?:repondre|reponse)|ne[-_.]?repond(?:s|ez)?[-_.]?pas"
    r"|n[aã]o[-_.]?respond(?:a|er)|sin[-_.]?respuesta|sem[-_.]?resposta"
    r"|(?:niet|geen)[-_.]?(?:beantwoorden|antwoord(?:en)?|reageren)|nie[-_.]?odpowiada[jć]?c?"
    r"|neodpov[ií]d(?:at|ejte)|(?:ej|inte|ikke|inget)[-_.]?(?:svara?|besvares?)|svara?[-_.]?(?:ej|inte|ikke)"
    r"|[aä]l[aä][-_.]?vastaa|ei[-_.]?vastau(?:sta|ksia)|ne[-_.]?v[aá]laszol(?:j|jon)?|nu[-_.]?raspunde(?:ti)?"
    r"|(?:yanitlama|cevaplama)(?:yin|yiniz)?|ne[-_.]?otvecha(?:t|y|yte)"
    r"|unattended|unmonitored|unread|no[-_.]?one|nobody|devnull|dev[-_.]null|blackhole"
    r")\d{0,4}(?:$|[-_.+])",
    re.IGNORECASE,
)
_MACHINE = re.compile(
    r"^(?:web(?:site|seite|master|server|mail|-?site)?|www(?:[-_.]data)?|homepage|wp|wordpress|joomla"
    r"|drupal|typo3"
    r"|(?:(?:web|mail|online|contact|kontakt|contacto|contatto|contato|complaints?|service)[-_.]?)?"
    r"(?:forms?|formular(?:e|z)?|formulaires?|formularios?|formulier(?:en)?|formmail(?:er)?|modulo|lomake"
    r"|anketa|űrlap)"
    r"|contact|kontakt|contacto|contatto|contato|contact[-_.]?us"
    r"|apache2?|httpd|nginx|root|daemon|mailer|phpmailer|sendmail|bounces?|mailgun|sendgrid|postmark"
    r"|notif(?:ications?|y|ier)|benachrichtigung(?:en)?|alerts?|system|server|service|robot|bot"
    r"|auto(?:mat(?:ic|ed|ion)|mail(?:er)?|responder)?|scan(?:ner|s|2mail|tomail)?"
    r"|scan[-_.]?(?:to[-_.]?)?(?:e?mail|server)"
    r"|copier|kopierer|printer|drucker|mfp|fax|relay|gateway|submissions?|enquir(?:y|ies)|inquir(?:y|ies)"
    r"|anfragen?"
    r"|feedback|survey|umfrage|(?:help|service)desk|shop|store|e?shop|portal|messages?|updates?|hello|info"
    r"|mail|office"
    r"|post|support|admin)\d{0,4}$",
    re.IGNORECASE,
)
_FORM_NAME = re.compile(
    r"\b(?:web ?(?:site|form|seite|shop|portal)?|website|homepage|form|forms|formular|formulaire"
    r"|formulario|modulo|formulier|formularz"
    r"|contact us|kontaktformular|contact form|notification|mailer|robot|bot|scanner|copier|kopierer"
    r"|system|portal|via|shopify|wordpress"
    r"|wix|squarespace|jotform|typeform|hubspot|zendesk|no-?reply)\b|обратная связь|форма|сайт|表单|フォーム",
    re.IGNORECASE,
)


def takes_no_mail(address: str) -> bool:
    """A `no-reply@` of any spelling and language, a mail system's own address."""
    local = address.partition("@")[0]
    return bool(_NO_REPLY.search(local)) or local.lower().startswith(("mailer-daemon", "mailerdaemon"))


def machine(address: str, name: str) -> bool:
    """Does a form, a scanner or a relay send from here? Some of these are shared by people: never enough alone."""
    local = address.partition("@")[0].partition("+")[0]
    return takes_no_mail(address) or bool(_MACHINE.match(local) or _FORM_NAME.search(name[:200]))
