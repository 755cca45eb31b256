"""Mastodon and what speaks its API: mentions and direct messages in, answers in the same thread out."""

from channels.contract import Channel

CHANNEL = Channel(
    name="mastodon",
    title="Mastodon",
    parse="channels.mastodon.parse",
    settings="channels.mastodon.settings:MastodonSettings",
    sources="channels.mastodon.adapter:build_sources",
    replier="channels.mastodon.reply:build_replier",
    media="channels.mastodon.media:build_media",
    checks="channels.mastodon.checks:check",
    template="short",
    letter_limit=460,
)
