"""The fixed words of the contract: channels, kinds, priorities. Nothing else may invent one."""

from typing import Literal, get_args

ChannelName = Literal[
    "mail",
    "sms",
    "webform",
    "mastodon",
    "bluesky",
    "telegram",
    "whatsapp",
    "messenger",
    "instagram",
    "x",
    "telephone",
    "letter",
    "counter",
]
CHANNEL_NAMES: tuple[ChannelName, ...] = get_args(ChannelName)

AddressKind = Literal["mail", "phone", "account", "none"]
"""What an address is: a mailbox, an E.164 number, an account on a network, or none at all."""

MessageKind = Literal["message", "edit", "delete", "reaction", "receipt", "system"]
"""What a provider sent: words of a person, a change to them, a delivery status of ours, or noise of the network."""

SenderProof = Literal["provider", "from", "unproven"]
"""Who vouches for a sender: the channel itself, a mail's From, or nobody (a Reply-To, an address typed by somebody).

An unproven sender may be answered; he is nobody whose cases are joined or shown.
"""

ComplaintKind = Literal["complaint", "praise", "enquiry", "spam", "automatic", "other"]
Priority = Literal["low", "normal", "high", "urgent"]
PRIORITIES: tuple[Priority, ...] = get_args(Priority)
Severity = Literal["low", "medium", "high"]
Visibility = Literal["public", "private"]
