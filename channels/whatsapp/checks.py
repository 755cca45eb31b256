"""What `gateway doctor` asks of Meta for WhatsApp: the number that letters come from."""

from collections.abc import AsyncIterator

from channels import meta_checks
from channels.contract import Deployment, Finding
from channels.meta_graph import Graph
from channels.whatsapp.settings import WhatsappSettings


async def check(settings: WhatsappSettings, deployment: Deployment) -> AsyncIterator[Finding]:
    """One finding for the number."""
    token = settings.access_token.get_secret_value()
    graph = Graph(settings.api_base, settings.api_version, token, settings.timeout_seconds)
    wrong = "CHANNEL_WHATSAPP_PHONE_NUMBER_ID and CHANNEL_WHATSAPP_ACCESS_TOKEN"
    asked = meta_checks.Asked("whatsapp", settings.phone_number_id, "display_phone_number", wrong)
    async for finding in meta_checks.check(graph, asked, deployment):
        yield finding
