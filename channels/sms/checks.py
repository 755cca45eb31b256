"""What `gateway doctor` asks of Twilio: whether the account's token opens its list of messages."""

from collections.abc import AsyncIterator

from channels.contract import Deployment, Finding
from channels.sms.client import TwilioApi
from channels.sms.settings import SmsSettings
from schemas.errors import GatewayError


async def check(settings: SmsSettings, deployment: Deployment) -> AsyncIterator[Finding]:
    """One finding for the account; the webhook's address is told, for nobody can ask Twilio for it safely."""
    what = f"Twilio at {settings.api_base}"
    api = TwilioApi(settings)
    try:
        await api.read(lambda messages: messages.list(limit=1))
    except GatewayError as error:
        yield Finding(what, False, f"CHANNEL_SMS_ACCOUNT_SID and CHANNEL_SMS_AUTH_TOKEN: {error}")
    else:
        webhook = settings.public_url or f"{deployment.public_url}/in/sms"
        yield Finding(what, True, f"answers; its webhook must be {webhook}")
    finally:
        await api.aclose()
