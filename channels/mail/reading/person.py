"""Who is who: the person behind a From that is a form's, a relay's, a group's or our own (RFC 5322 section 3.6.2).

A person who is only named (Reply-To, X-Original-From, typed into a form) is unproven: anybody can write anybody there.
Nothing of this is asked where nobody said which addresses are ours.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from channels.mail.reading import addresses, envelope, lists, machines, ours, trust, typed
from channels.mail.reading.addresses import Mailbox
from channels.mail.reading.headers import Headers
from schemas.names import SenderProof

_OWNED = re.compile(r"[^.]+\.(?:(?:com?|org|net|gov|gob|gouv|ac|edu|nhs|ne|or|go|gv)\.[a-z]{2}|[^.]+)$")
_SCRIPTS = ("x-php-originating-script", "x-php-script", "x-wpcf7-content-type", "x-form-id", "x-contact-form")
_PROGRAM = re.compile(
    r"phpmailer|wordpress|wpforms|drupal|joomla|typo3|swift ?mailer|symfony|laminas|formmail"
    r"|contact form|codeigniter|jotform",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Person:
    """`sender` is who wrote, `written` the From as it stands; `behind`: somebody else than From is named.

    `ours`: From is an address of ours. A form may name somebody and give no address: then `sender` has none.
    """

    sender: Mailbox
    proof: SenderProof
    written: Mailbox
    behind: bool = False
    ours: bool = False


def read(
    headers: Headers, hint: str, written: Mailbox, text: str, replied: bool, facts: Mapping[str, str]
) -> Person:
    """The person of a mail whose From is `written`; `replied`: a robot's answer or a bounce, which speaks for its own
    address only."""
    own = ours.of(facts)
    if not own:
        return Person(written, "from", written)
    from_us = ours.is_ours(written.address, own)
    forged = trust.spoofed(headers, facts.get("authserv_id", ""))
    if replied:
        return Person(written, "unproven" if forged else "from", written, ours=from_us)
    found, proof = _Who(headers, hint, written, text, own, from_us).behind(facts)
    if found is None:
        return Person(written, "unproven" if forged else "from", written, ours=from_us)
    return Person(found, "unproven" if forged else proof, written, behind=True, ours=from_us)


@dataclass(frozen=True, slots=True)
class _Who:
    """What is asked to find the person behind a From."""

    headers: Headers
    hint: str
    written: Mailbox
    text: str
    own: frozenset[str]
    from_us: bool

    def behind(self, facts: Mapping[str, str]) -> tuple[Mailbox | None, SenderProof]:
        """Who is named instead of From, and who vouches for that; None when From is the person."""
        listed = lists.listed(self.headers)
        if envelope.says_via(self.written) or (
            listed and (self.from_us or lists.names(self.headers, self.written.address))
        ):
            found = self._named("x-original-from", "x-original-sender", "reply-to")
            if found:
                passed = self.from_us and trust.passed(self.headers, facts.get("authserv_id", ""))
                return found, "from" if passed else "unproven"
        answered = self._named("reply-to")
        if self.from_us:
            found = answered or self._named("x-original-from", "x-original-sender")
            return found or self._typed(), "unproven"
        if listed:
            return None, "from"
        if answered and self._relays(answered):
            return answered, "unproven"
        sent_by_machine = machines.machine(self.written.address, self.written.name)
        known = typed.person(self.text) if not answered and sent_by_machine else None
        if known and known.address and not ours.is_ours(known.address, self.own):
            return (known, "unproven") if not _same_house(known, self.written) else (None, "from")
        return None, "from"

    def _named(self, *names: str) -> Mailbox | None:
        """The first mailbox of these fields that is neither From's, nor ours, nor one that nobody reads."""
        for name in names:
            every = self.headers.every(name)
            for box in (box for value in every for box in addresses.parse(value, self.hint)):
                other = box.address and box.address.lower() != self.written.address.lower()
                if (
                    other
                    and not ours.is_ours(box.address, self.own)
                    and not machines.takes_no_mail(box.address)
                ):
                    return box if box.name else Mailbox(self._its_name(), box.address)
        return None

    def _its_name(self) -> str:
        """The name in From, where it is a person's who is only written under another address."""
        machine = machines.machine("", self.written.name) and not envelope.says_via(self.written)
        return "" if machine else envelope.name_before_via(self.written)

    def _takes_no_mail(self) -> bool:
        return machines.takes_no_mail(self.written.address)

    def _typed(self) -> Mailbox | None:
        """Who filled in a form that names him in its words only; a mail of ours to somebody is no form."""
        generated = self.headers.text("auto-submitted").lower().startswith("auto-generated")
        if not generated and any(map(self.headers.has, ("in-reply-to", "references", "auto-submitted"))):
            return None
        to = (box for value in self.headers.every("to") for box in addresses.parse(value, self.hint))
        if any(box.address and not ours.is_ours(box.address, self.own) for box in to):
            return None
        found = typed.person(self.text)
        if found and ours.is_ours(found.address, self.own):
            return Mailbox(found.name, "") if found.name else None
        return found

    def _relays(self, answered: Mailbox) -> bool:
        """Is From a machine that brings the words of whom Reply-To names? A person may have two addresses."""
        if self._takes_no_mail():
            return True
        if _same_house(self.written, answered):
            return False
        if any(map(self.headers.has, _SCRIPTS)) or _PROGRAM.search(self.headers.text("x-mailer")[:200]):
            return True
        if self.headers.text("auto-submitted").lower().startswith("auto-") or self.headers.has(
            "list-unsubscribe"
        ):
            return True
        known = typed.person(self.text)
        if known and known.address.lower() == answered.address.lower():
            return True
        return machines.machine(self.written.address, self.written.name) or _strangers(self.written, answered)


def _same_house(one: Mailbox, other: Mailbox) -> bool:
    """The registered ends of the domains, near enough to who owns them: `mail.shop.co.uk` and `shop.co.uk`."""
    first, second = (_OWNED.search(box.address.lower().rpartition("@")[2]) for box in (one, other))
    return bool(first and second and first.group() == second.group())


def _strangers(one: Mailbox, other: Mailbox) -> bool:
    """Two names without a word in common, neither of them taken from the other's address."""
    first, second = _words(one.name), _words(other.name)
    return bool(
        first and second and not first & second and not first & _words(other.address.partition("@")[0])
    )


def _words(text: str) -> set[str]:
    return {word for word in re.split(r"[\W\d_]+", text.lower()) if len(word) > 1}
