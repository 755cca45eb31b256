"""One thing that somebody says, and the ways there are to say it."""

from dataclasses import dataclass

from tests.acceptance.people.person import Person

FORMS = ("webform", "webform page", "webform files")
WAYS = (
    *("webform", "sms", "webform page", "mail", "whatsapp", "telegram", "webform files", "sms", "mastodon"),
    *("messenger", "telephone", "bluesky", "webform", "instagram", "mail", "x", "letter", "sms", "counter"),
)
"""In this order, again and again: the form as JSON, as a page of HTML and with files, and every other channel; what
most people use comes more often."""
BY_PAGE = frozenset({*FORMS, "telephone", "letter", "counter"})
"""Where no letter can go back the same way, but by mail or SMS."""


@dataclass(frozen=True, slots=True)
class Word:
    """The same `key` again is the same message again. `answers` is the Message-ID of a mail of ours and `to` where it
    wants its answer, both with their brackets off; only for mail."""

    key: str
    who: Person
    way: str
    text: str
    answers: str = ""
    to: str = ""

    @property
    def by_mail(self) -> bool:
        """Whether the letter to it goes by mail."""
        return self.way in ("mail", "letter", "counter") or (self.way in FORMS and self.who.number % 3 > 0)

    @property
    def recipient(self) -> tuple[str, str]:
        """The channel and address of the letter that it is owed."""
        if self.by_mail:
            return "mail", self.who.address
        if self.way in (*BY_PAGE, "sms"):
            return "sms", self.who.phone
        return self.way, _account(self.who, self.way)


def _account(who: Person, way: str) -> str:
    """As the stand-ins name him."""
    match way:
        case "whatsapp":
            return who.phone.removeprefix("+")
        case "messenger" | "instagram":
            return f"{246 if way == 'messenger' else 178}000000{who.number:04d}"
        case "telegram":
            return str(700_000_000 + who.number)
        case "x":
            return f"9000{who.number}"
    return who.name
