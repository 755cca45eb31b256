"""What stands before a subject: tags of gateways (`[EXTERNAL]`, `Ticket #12:`), `Re:` and `Fwd:` of all languages."""

import re

_TAG = re.compile(
    r"\s*(?:\[[^\]]{1,40}\]|\([^)]{1,30}\)|\{[^}]{1,30}\}|<[^>]{1,30}>|【[^】]{1,30}】|［[^］]{1,30}］"
    r"|\*{1,6}[^*]{1,30}\*{1,6}"
    r"|(?:ext(?:ern(?:al|e?[rs]?|[oa])?)?(?: (?:e-?mail|mail|sender|message))?|(?:suspected |possible "
    r"|probable )?(?:spam|junk|phish(?:ing)?)|caution|warning|achtung|encrypted|secure)"
    r"\s*[:：\-–|]|(?:ticket|case|request|incident|vorgang|fall|dossier|caso|sak|zaak)?\s*(?:#|no\.?"
    r"|nr\.?|id)\s*[\w-]{1,20}\s*[:：\-–|])\s*",
    re.IGNORECASE,
)
_REPLY = re.compile(
    r"\s*(?:re|aw|antw(?:ort)?|sv|vs|vá|odp|ref|res|rif|r|ynt|yan(?:[ıi]t)?|ha|hv|atb|bls|回复|回覆|答复"
    r"|返信|답장|回"
    r"|ответ|отв|відп|απ|σχετ|rép|réf|תגובה|رد)"
    r"(?:\[\d{1,3}\]|\(\d{1,3}\)|\^\d)?\s?[:：]\s*",
    re.IGNORECASE,
)
_FORWARD = re.compile(
    r"\W*(?:fwd?|wg|weitergeleitet|tr|transf[ée]r[ée]?|rv|reenv(?:iado)?|renv|enc(?:aminhad[oa])?|res?env"
    r"|i|inoltrat[oa]|vs|vl|vb|vidb?|vidarebefordrat|videresend[t]?"
    r"|doorst(?:uren|ur)?|fs|pd|podaj dalej|přeposláno|přep|továbbítás|továbbítva|redirec[țt]ionat|ilt"
    r"|i̇lt|iletildi|переслано|пересл|fw|πρθ|προώθ|הועבר|إعادة توجيه|転送|转发|轉寄|전달)"
    r"\s?(?:\[\d{1,3}\])?\s?[:：]",
    re.IGNORECASE,
)
_SOME = re.compile(r"\w{1,12}\.?\s?[:：]")
_MOST = 8


def without_tags(subject: str) -> str:
    """Without what a mail gateway or a ticket system put before it; the whole where nothing would be left."""
    bare = subject[:1000].strip()
    for _ in range(_MOST):
        found = _TAG.match(bare)
        if not found or not bare[found.end() :].strip():
            break
        bare = bare[found.end() :]
    return bare.strip()


def without_reply(subject: str) -> str:
    """Without `Re:` and its kin, and the tags between them."""
    bare = subject
    for _ in range(_MOST):
        found = _REPLY.match(bare)
        if not found:
            break
        bare = without_tags(bare[found.end() :])
    return bare


def forwards(subject: str) -> bool:
    """Does it say, behind tags, that a mail is passed on? An answer to such a mail (`Re: Fwd: …`) does not."""
    return bool(_FORWARD.match(without_tags(subject)))


def replies(subject: str, answering: bool = False) -> bool:
    """Does it say, behind tags, that a mail is answered?

    With `answering` (In-Reply-To) any short word and a colon says so, or no subject at all: programs that pass a mail
    on set that field, too, and leave the subject as it was.
    """
    bare = without_tags(subject)
    said = _REPLY.match(bare) or (answering and (not bare or _SOME.match(bare)))
    return bool(said) and not forwards(subject)
