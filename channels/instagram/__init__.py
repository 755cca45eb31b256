"""Messages and comments to a professional Instagram account, by Meta's webhooks and Graph API."""

from channels.contract import Channel

CHANNEL = Channel(
    name="instagram",
    title="Instagram",
    parse="channels.instagram.parse",
    settings="channels.instagram.settings:InstagramSettings",
    door="channels.instagram.adapter:build_door",
    sources="channels.instagram.adapter:build_sources",
    replier="channels.instagram.reply:build_replier",
    checks="channels.instagram.checks:check",
    template="short",
    letter_limit=1000,
    call_bytes=3 * 1024 * 1024,
)
