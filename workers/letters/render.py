"""A wish becomes a letter, once: what is rendered here is what every attempt sends, byte for byte."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from channels.contract import Channel, Deployment
from schemas import identity
from schemas.letter import Letter, LetterDue
from schemas.names import ChannelName
from workers.letters.templates import Pattern, Templates, Words
from workers.letters.wording import date_in

_SHORT = {"sms", "whatsapp", "mastodon", "bluesky", "telegram", "messenger", "instagram", "x"}


@dataclass(frozen=True, slots=True)
class Rendered:
    """A letter, the version of its template and the hash of what it says."""

    letter: Letter
    template: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Renderer:
    """Knows the house, its templates and which shape a channel wants."""

    deployment: Deployment
    templates: Templates
    channels: Mapping[ChannelName, Channel]

    def render(self, due: LetterDue, recipient: str, now: datetime) -> Rendered:
        """The letter for this wish. Its words are ours alone: nothing that the sender wrote is in it."""
        language, pattern = self.templates.find(due.language, due.kind)
        words = self._words(due, language)
        blocks = ("short",) if self._is_short(due.route.channel) else ("text", "subject", "html")
        text, subject, html = [*(pattern.render(block, words) for block in blocks), "", ""][:3]
        known = self.channels.get(due.route.channel)
        if known is not None and known.letter_limit and len(text) > known.letter_limit:
            text = _fitted(pattern, blocks[0], words, known.letter_limit)
        letter = Letter(
            letter_id=due.letter_id,
            kind=due.kind,
            reference=due.reference,
            channel=due.route.channel,
            route=due.route,
            language=language,
            subject=subject,
            text=text,
            html=html,
            token=identity.reply_token(self.deployment.secret, due.reference),
            key=recipient,
            created_at=now,
        )
        said = "\0".join((subject, text, html)).encode()
        return Rendered(letter, pattern.version, hashlib.sha256(said).hexdigest())

    def _words(self, due: LetterDue, language: str) -> Words:
        private = due.route.visibility == "private"
        return Words(
            organisation=self.deployment.organisation,
            reference=due.reference,
            status_link=status_link(
                self.deployment.public_url, due.reference, due.status_code if private else ""
            ),
            respond_by=date_in(language, due.respond_by),
            private=private,
            words=due.words if private else "",
        )

    def _is_short(self, channel: ChannelName) -> bool:
        known = self.channels.get(channel)
        return known.template == "short" if known else channel in _SHORT


def _fitted(pattern: Pattern, block: str, words: Words, limit: int) -> str:
    """The letter within what its channel holds: the organisation's own words are cut first, then all but what the
    complainant needs."""
    without = pattern.render(block, replace(words, words="…" if words.words else ""))
    room = limit - len(without)
    if words.words and room >= 0:
        text = pattern.render(block, replace(words, words=words.words[:room].rstrip() + "…"))
        return text if len(text) <= limit else without
    if len(without) <= limit:
        return without
    bare = f"{words.reference} {words.status_link}".strip()
    return bare if len(bare) <= limit else words.reference


def status_link(public_url: str, reference: str, code: str) -> str:
    """The page that tells where a case stands; without the code (in public) it asks for it."""
    asked = {"reference": reference, "code": code} if code else {}
    return f"{public_url}/status" + (f"?{urlencode(asked)}" if asked else "")


def sample(deployment: Deployment) -> Words:
    """Words of the usual length, to try a template with."""
    reference = "0000-0000-00000"
    link = status_link(deployment.public_url, reference, "00000000")
    return Words(deployment.organisation, reference, link, "30 September 2026", True, "…")
