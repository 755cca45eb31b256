"""WhatsApp's way in: Meta's signed webhook."""

from channels.contract import Deployment
from channels.meta_door import MetaDoor
from channels.whatsapp.settings import WhatsappSettings


def build_door(settings: WhatsappSettings, deployment: Deployment) -> MetaDoor:
    """The door for the app's numbers."""
    secrets = (settings.app_secret.get_secret_value(), settings.app_secret_previous.get_secret_value())
    return MetaDoor(secrets, settings.verify_token.get_secret_value(), settings.phone_number_id)
