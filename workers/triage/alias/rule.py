"""Which other home a message may belong to, and why a forged alias gains its forger nothing.

Whoever opens a case may name further addresses (a form with mail and telephone). Nobody proved that they are
his: the telephone may be a victim's, and so may the mail that a form was filled in with. So an alias is a
hint and never a right:

* It is bound to one case, the one that the naming message *opened*. A message that joined a case gives no
  alias to it: a stranger who fills in a victim's mail address cannot make his own telephone a participant of
  the victim's cases, and never learns more than of the case he wrote himself.
* A message is sent on only when its sender himself points to that case: by the token of our letter, by naming
  the reference, or by answering something that is unknown at his own home. Everything else he writes stays his
  own case, so who names a victim's number captures nothing of what the victim sends. The new case is linked to
  the one that named the number, for a person to look at; no letter and no page tells of a link.
* The same text is no pointer here. A stranger may know a victim's words beforehand (a template, a public
  post); among one person's messages that makes a repeat, across an unproven alias it would swallow a complaint.
* The home decides, by its own record of whom the case named; what is remembered at the other address only
  finds the way. What does not join there goes back at once and is handled as if there were no alias.
* Nothing flows the other way: the namer is told of a joined message only that there is one more (the count on
  the status page). Letters never carry a complainant's words.
* What is remembered for one address is bounded, newest first: a flood of forged aliases costs an honest one
  its way home, and what it would have joined is a case of its own.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from schemas.intake import Alias
from schemas.topics import HORIZON
from workers.triage.thread.rule import JOIN_WINDOW

MOST_ALIASES = 20
"""Cases remembered to have named one address."""
MOST_NAMED = 5
"""Addresses that one message may name."""
MOST_LINKS = 5
WHY = "this address was named when that case was opened; unproven"


def remembered(known: Iterable[Alias], word: Alias) -> list[Alias]:
    """The aliases of one address after `word`, oldest first; a withdrawn one is gone."""
    kept = [alias for alias in known if alias.reference != word.reference and word.at - alias.at <= HORIZON]
    return kept if word.withdrawn else [*kept, word][-MOST_ALIASES:]


def other_home(named: Iterable[str], answers_unknown: bool, aliases: Sequence[Alias]) -> str:
    """The person key of the home that a message points to, empty for none.

    `named`: the references that its verified token and its words name. `answers_unknown`: it answers a message
    that its own home does not know; then the case that named this address last is asked.
    """
    by_reference = {alias.reference: alias.home_key for alias in aliases}
    for reference in named:
        if reference in by_reference:
            return by_reference[reference]
    return aliases[-1].home_key if answers_unknown and aliases else ""


def links(aliases: Sequence[Alias], at: datetime) -> list[tuple[str, str]]:
    """The cases to show beside a new one, newest first, each with why."""
    recent = [alias.reference for alias in reversed(aliases) if at - alias.at <= JOIN_WINDOW]
    return [(reference, WHY) for reference in recent[:MOST_LINKS]]
