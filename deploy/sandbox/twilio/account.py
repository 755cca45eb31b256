"""Whose account the stand-in plays: what Twilio's console would show."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Account:
    """Account SID and token, our numbers (E.164), where webhooks go and the URL they are signed for."""

    sid: str
    auth_token: str
    numbers: tuple[str, ...]
    webhook_url: str
    signed_url: str
