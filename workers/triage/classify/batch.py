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
    """The words the sender chose himself: text, subject, channel and language."""
    return Text(message.text, subject=message.subject, channel=message.channel, language=message.language)
