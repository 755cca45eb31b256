"""The channels there are: an explicit tuple, nothing is discovered. A new channel is one line here."""

from channels import bluesky, clerk, instagram, mail, mastodon, messenger, sms, telegram, webform, whatsapp, x
from channels.contract import Channel
from schemas.names import ChannelName

CHANNELS: tuple[Channel, ...] = (
    webform.CHANNEL,
    mail.CHANNEL,
    sms.CHANNEL,
    mastodon.CHANNEL,
    whatsapp.CHANNEL,
    telegram.CHANNEL,
    bluesky.CHANNEL,
    messenger.CHANNEL,
    instagram.CHANNEL,
    x.CHANNEL,
    clerk.TELEPHONE,
    clerk.LETTER,
    clerk.COUNTER,
)
BY_NAME: dict[ChannelName, Channel] = {channel.name: channel for channel in CHANNELS}
