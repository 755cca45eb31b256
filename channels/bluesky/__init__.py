"""Bluesky (AT Protocol): mentions, replies, quotes and direct messages in, answers in their thread out."""

from channels.contract import Channel

CHANNEL = Channel(
    name="bluesky",
    title="Bluesky",
    parse="channels.bluesky.parse",
    settings="channels.bluesky.settings:BlueskySettings",
    sources="channels.bluesky.adapter:build_sources",
    replier="channels.bluesky.reply:build_replier",
    media="channels.bluesky.media:build_media",
    checks="channels.bluesky.checks:check",
    template="short",
    letter_limit=300,
)
