"""Instagram's way out: a message in the conversation, or an answer under the comment."""

from channels.contract import Deployment
from channels.instagram.adapter import PLATFORM, build_graph
from channels.instagram.settings import InstagramSettings
from channels.meta_messages import Manner, MetaReplier

CHARACTERS = 1000
"""Meta's limit for the text of one message."""


def build_replier(settings: InstagramSettings, deployment: Deployment) -> MetaReplier:
    """The way out for the account."""
    manner = Manner(PLATFORM, "replies", CHARACTERS, settings.late_tag)
    return MetaReplier(build_graph(settings), manner)
