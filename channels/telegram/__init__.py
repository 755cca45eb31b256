"""A Telegram bot: messages by webhook or long polling, answers in the same chat."""

from channels.contract import Channel

CHANNEL = Channel(
    name="telegram",
    title="Telegram",
    parse="channels.telegram.parse",
    settings="channels.telegram.settings:TelegramSettings",
    door="channels.telegram.adapter:build_door",
    sources="channels.telegram.adapter:build_sources",
    replier="channels.telegram.reply:build_replier",
    media="channels.telegram.media:build_media",
    checks="channels.telegram.checks:check",
    template="short",
    letter_limit=4096,
)
