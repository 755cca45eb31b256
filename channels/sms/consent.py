"""Words that stop letters to a number or ask for them again. Pure.

A word counts only when it is the whole message. `Yes` is no such word: it answers a question; where Twilio takes it for
consent it says so itself (OptOutType). Source: Twilio, "Support for opt-out keywords (SMS STOP
filtering)" and "Advanced Opt-Out", the CTIA messaging principles, and the customary words of other languages.
"""

from typing import Literal

Wish = Literal["", "opt_out", "opt_in", "help"]

WORDS: dict[str, Wish] = {
    **dict.fromkeys(
        (
            "stop",
            "stopall",
            "stop all",
            "unsubscribe",
            "cancel",
            "end",
            "quit",
            "revoke",
            "optout",
            "opt out",
        ),
        "opt_out",
    ),
    **dict.fromkeys(("stopp", "arret", "arrêt", "alto", "parar", "стоп"), "opt_out"),
    **dict.fromkeys(("start", "unstop", "optin", "opt in"), "opt_in"),
    **dict.fromkeys(("help", "info"), "help"),
}

_PROVIDER: dict[str, Wish] = {"stop": "opt_out", "start": "opt_in", "help": "help"}
_ORNAMENTS = " \t\n\r.!?,;:\"'-_*"


def wish(text: str, provider_says: str = "") -> Wish:
    """What the sender asks for; `provider_says` (Twilio's OptOutType) wins over the words."""
    said = _PROVIDER.get(provider_says.strip().lower())
    if said is not None:
        return said
    if len(text) > 40:
        return ""
    return WORDS.get(" ".join(text.strip(_ORNAMENTS).lower().split()), "")
