"""Instagram's ways in: Meta's signed webhook, and the conversations read again for what it omitted."""

from collections.abc import Sequence

from channels.contract import Deployment
from channels.instagram.settings import InstagramSettings
from channels.meta_door import MetaDoor
from channels.meta_graph import Graph
from channels.meta_history import MetaHistory

PLATFORM = "instagram"


def build_door(settings: InstagramSettings, deployment: Deployment) -> MetaDoor:
    """The door for the app's accounts."""
    return MetaDoor(settings.webhook_secrets, settings.verify_token.get_secret_value(), settings.account_id)


def build_sources(settings: InstagramSettings, deployment: Deployment) -> Sequence[MetaHistory]:
    """One look through the conversations, none without an account, a token and an interval."""
    token = settings.access_token.get_secret_value()
    if not (settings.account_id and token and settings.reconcile_seconds):
        return []
    return [MetaHistory(build_graph(settings), PLATFORM, settings.account_id, settings.reconcile_seconds)]


def build_graph(settings: InstagramSettings) -> Graph:
    """The Graph API with the account's token."""
    token = settings.access_token.get_secret_value()
    return Graph(settings.api_base, settings.api_version, token, settings.timeout_seconds)
