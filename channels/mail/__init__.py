"""Mail: taken in by IMAP, answered by SMTP."""

from channels.contract import Channel

CHANNEL = Channel(
    name="mail",
    title="Email",
    parse="channels.mail.parse",
    settings="channels.mail.settings:MailSettings",
    sources="channels.mail.adapter:build_sources",
    replier="channels.mail.reply:build_replier",
    checks="channels.mail.checks:check",
    probe="channels.mail.probe:enter",
    uncollected="channels.mail.uncollected:look",
)
