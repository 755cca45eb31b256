"""Arrivals to texts: what of a message the classifier may see, and for which it is asked at all."""

from collections.abc import Sequence

from classifiers.contract import Classifier, Text
from schemas.assessment import Assessment
from schemas.intake import Arrival
from schemas.message import Message


def assess_batch(classifier: Classifier, arrivals: Sequence[Arrival]) -> list[Assessment]:
    """One assessment per arrival, in order."""
    return list(classifier.assess(text_of(arrival.message) for arrival in arrivals))


def text_of(message: Message) -> Text:
    """The words the sender chose himself, and what was set aside from them: a cut must never hide a gas leak."""
    return Text(message.text, message.subject, message.channel, message.language, message.set_aside)
