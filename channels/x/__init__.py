"""X: mentions and direct messages, by the Account Activity webhook or by polling, answers in their thread."""

from channels.contract import Channel

CHANNEL = Channel(
    name="x",
    title="X",
    parse="channels.x.parse",
    settings="channels.x.settings:XSettings",
    door="channels.x.adapter:build_door",
    sources="channels.x.adapter:build_sources",
    replier="channels.x.reply:build_replier",
    media="channels.x.media:build_media",
    checks="channels.x.checks:check",
    template="short",
    letter_limit=280,
)
