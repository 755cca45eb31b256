"""Messages and comments to a Facebook page, by Meta's webhooks and Graph API."""

from channels.contract import Channel

CHANNEL = Channel(
    name="messenger",
    title="Facebook Messenger",
    parse="channels.messenger.parse",
    settings="channels.messenger.settings:MessengerSettings",
    door="channels.messenger.adapter:build_door",
    sources="channels.messenger.adapter:build_sources",
    replier="channels.messenger.reply:build_replier",
    checks="channels.messenger.checks:check",
    template="short",
    letter_limit=2000,
    call_bytes=3 * 1024 * 1024,
)
