"""Messenger's way out: a message in the conversation, or an answer under the comment."""

from channels.contract import Deployment
from channels.messenger.adapter import PLATFORM, build_graph
from channels.messenger.settings import MessengerSettings
from channels.meta_messages import Manner, MetaReplier

CHARACTERS = 2000
"""Meta's limit for the text of one message."""


def build_replier(settings: MessengerSettings, deployment: Deployment) -> MetaReplier:
    """The way out for the page."""
    manner = Manner(PLATFORM, "comments", CHARACTERS, settings.late_tag)
    return MetaReplier(build_graph(settings), manner)
