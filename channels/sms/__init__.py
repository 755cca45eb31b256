"""SMS and MMS through Twilio; WhatsApp, RCS and Messenger that come through it are told apart."""

from channels.contract import Channel

CHANNEL = Channel(
    name="sms",
    title="SMS",
    parse="channels.sms.parse",
    settings="channels.sms.settings:SmsSettings",
    door="channels.sms.adapter:build_door",
    replier="channels.sms.reply:build_replier",
    media="channels.sms.media:build_media",
    checks="channels.sms.checks:check",
    template="short",
    letter_limit=306,
)
