"""Messenger's ways in: Meta's signed webhook, and the conversations read again for what it omitted."""

from collections.abc import Sequence

from channels.contract import Deployment
from channels.messenger.settings import MessengerSettings
from channels.meta_door import MetaDoor
from channels.meta_graph import Graph
from channels.meta_history import MetaHistory

PLATFORM = "messenger"


def build_door(settings: MessengerSettings, deployment: Deployment) -> MetaDoor:
    """The door for the app's pages."""
    return MetaDoor(settings.webhook_secrets, settings.verify_token.get_secret_value(), settings.account_id)


def build_sources(settings: MessengerSettings, deployment: Deployment) -> Sequence[MetaHistory]:
    """One look through the conversations, none without an account, a token and an interval."""
    token = settings.access_token.get_secret_value()
    if not (settings.account_id and token and settings.reconcile_seconds):
        return []
    return [MetaHistory(build_graph(settings), PLATFORM, settings.account_id, settings.reconcile_seconds)]


def build_graph(settings: MessengerSettings) -> Graph:
    """The Graph API with the account's token."""
    token = settings.access_token.get_secret_value()
    return Graph(settings.api_base, settings.api_version, token, settings.timeout_seconds)
