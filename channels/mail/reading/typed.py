"""What a form's mail says of who filled it in: the lines `Name: …`, `E-mail: …`, `Phone: …` among its words."""

import re

from channels.mail.reading import addresses
from channels.mail.reading.addresses import Mailbox

_LINES = 200
_LONG = 300
_MAIL = re.compile(
    r"^[\W_]{0,6}(?:(?:your|ihre?|votre|su|your contact|contact|customer|sender"
    r"|absender)[ -])?(?:e-?mail(?:[ -]?(?:address|adresse?|adres|cím"
    r"|adresi|osoite))?|mail(?:adress(?:e|))?|courriel|adresse (?:e-?mail|électronique)"
    r"|correo(?: electr[óo]nico)?|direcci[óo]n de correo"
    r"|posta elettronica|indirizzo e-?mail|endere[çc]o de e-?mail|e-?postadress|e-?post"
    r"|s[äa]hk[öo]posti(?:osoite)?|adres e-?mail|e-posta"
    r"|эл(?:ектронн(?:ая|ый)|\.) ?(?:почта|адрес)|почта|ел(?:ектронна)?\.? ?пошта|ηλεκτρονικό ταχυδρομείο"
    r"|البريد(?: الإلكتروني)?|דוא[\"״]?ל|邮箱"
    r"|电子邮件|電子郵件|メール(?:アドレス)?|이메일|from|von|de|van|da|od|fra|från|от|від|reply[- ]?to|sender"
    r"|absender)[\s*_]{0,3}[:=：\t][\s*_]{0,6}"
    r"(?P<value>.{3,250})$",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"^[\W_]{0,6}(?:(?:your|ihr|votre|full|first|customer|contact)[ -]?)?(?:name|vor- und nachname"
    r"|nom(?: complet)?|nombre|nome|naam|namn|navn|nimi"
    r"|nazwisko|imi[ęe](?: i nazwisko)?|jm[ée]no|n[ée]v|nume|ad(?:[ıi] soyad[ıi])?|имя|ім'я|όνομα|الاسم|שם"
    r"|姓名|名前|お名前|이름)[\s*_]{0,3}[:=：\t]"
    r"[\s*_]{0,6}(?P<value>[^\n]{2,120})$",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"^[\W_]{0,6}(?:(?:your|ihre?|mobile|contact)[ -])?(?:(?:tele)?(?:phone|fon)|tel\.?|mobile?|handy"
    r"|t[ée]l[ée]phone|tel[ée]fono|telefon[eo]?|telefoon"
    r"|puhelin|телефон|τηλέφωνο|الهاتف|טלפון|电话|電話|전화)(?: ?(?:number|nummer|nr\.?"
    r"|no\.?))?[\s*_]{0,3}[:=：\t].{0,20}\d",
    re.IGNORECASE,
)


def person(text: str) -> Mailbox | None:
    """The address (and name) that the form names; a name without an address when a telephone is named; else None."""
    name = found = ""
    phoned = False
    for line in text.split("\n", _LINES)[:_LINES]:
        short = line[:_LONG].rstrip()
        if ":" not in short and "=" not in short and "：" not in short and "\t" not in short:
            continue
        mail = _MAIL.match(short)
        if mail and "@" in mail["value"] and not found:
            box = addresses.first(mail["value"].strip(" *_").encode())
            found, name = box.address, name or box.name
        named = _NAME.match(short)
        name = name or (named["value"].strip(" *_") if named and "@" not in named["value"] else "")
        phoned = phoned or bool(_PHONE.match(short))
    if found or (name and phoned):
        return Mailbox(name, found)
    return None
