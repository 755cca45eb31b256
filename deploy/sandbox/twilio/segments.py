"""How many SMS a text takes (3GPP TS 23.038): 160 or 153 GSM characters each, 70 or 67 of UCS-2."""

BASIC = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = set("^{}\\[~]|€\f")  # two places each


def segments(text: str) -> int:
    """The number of SMS that `text` is sent as, at least 1."""
    if all(character in BASIC or character in EXTENDED for character in text):
        return _count(sum(2 if character in EXTENDED else 1 for character in text), 160, 153)
    return _count(len(text.encode("utf-16-be")) // 2, 70, 67)


def _count(length: int, alone: int, joined: int) -> int:
    return 1 if length <= alone else -(-length // joined)
