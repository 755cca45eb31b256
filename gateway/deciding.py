"""What a person decides about a case: the word that case systems would send, by the same door."""

import asyncio
import difflib
import secrets
from collections.abc import Collection
from datetime import UTC, datetime

from classifiers.pack import home_of, read_facts
from gateway.bootstrap import Parts
from gateway.projecting import case_view
from schemas import topics
from schemas.errors import Nonsense, Unavailable
from schemas.identity import case_key
from schemas.outcome import Outcome
from workers.storage.kafka import KafkaError, end

SECONDS = 20.0
CLOSE_SECONDS = 2.0


def check_category(category: str, known: Collection[str]) -> None:
    """Raises Nonsense for a word that the pack does not know: a typing mistake would be trained from."""
    if category in known:
        return
    near = difflib.get_close_matches(category, known, 1)
    hint = f"did you mean {near[0]}? " if near else ""
    raise Nonsense(
        f"{category!r} is no category of the pack: {', '.join(sorted(known))}. {hint}`--new` brings it in"
    )


def known_categories(parts: Parts) -> dict[str, str]:
    """The categories of the pack in use, and what belongs in each; raises Misconfigured."""
    facts = read_facts(home_of(parts.settings.pack, parts.settings.pack_dir))
    return {facts.other: "", **{name: one.definition for name, one in facts.categories.items()}}


async def decide(parts: Parts, reference: str, category: str, by: str) -> None:
    """Say what the case is about; durable when it returns. Raises Unavailable."""
    view = case_view(parts)
    try:
        person = await view.person_of(reference)
    finally:
        await view.aclose()
    word = Outcome(
        type="decided",
        reference=reference,
        case_key=case_key(parts.secret, person or "", reference),
        at=datetime.now(UTC),
        outcome_id=secrets.token_hex(16),
        by=by,
        category=category,
    )
    producer = parts.cluster.producer()
    try:
        async with asyncio.timeout(SECONDS):
            await producer.start()
            await producer.send_and_wait(parts.cluster.topic(topics.OUTCOMES.name), word.to_bytes())
    except (KafkaError, OSError, TimeoutError) as error:
        why = str(error) or type(error).__name__
        raise Unavailable(
            f"Kafka at {parts.cluster.bootstrap} does not answer, nothing was decided: {why}"
        ) from error
    finally:
        await end(producer, CLOSE_SECONDS)
