"""WhatsApp through Meta's Cloud API. WhatsApp through Twilio comes in by the sms channel."""

from channels.contract import Channel

CHANNEL = Channel(
    name="whatsapp",
    title="WhatsApp",
    parse="channels.whatsapp.parse",
    settings="channels.whatsapp.settings:WhatsappSettings",
    door="channels.whatsapp.adapter:build_door",
    replier="channels.whatsapp.reply:build_replier",
    media="channels.whatsapp.media:build_media",
    checks="channels.whatsapp.checks:check",
    template="short",
    letter_limit=4096,
    call_bytes=3 * 1024 * 1024,
)
