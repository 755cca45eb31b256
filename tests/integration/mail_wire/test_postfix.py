"""Letters that a real mail server takes and cannot deliver: its report comes home and fails its letter."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from channels.mail import CHANNEL
from channels.mail.reply import MailReplier
from deploy.local.dovecot import Dovecot
from schemas.delivery import Delivery
from tests.integration.mail_wire.letters import a_letter
from tests.integration.mail_wire.mailboxes import USER, listening, settings_for, source_for
from tests.integration.mail_wire.postfix import Postfix, missing_postfix
from workers.normalise.rule import Received, receipt

pytestmark = [pytest.mark.asyncio, pytest.mark.timeout(180)]
REFUSING = {
    "unknown.example": "5.1.1 <nobody>: user unknown",
    "full.example": "5.2.2 the mailbox is full",
    "policy.example": "5.7.1 your message was refused",
}


@pytest.fixture
def postfix(dovecot: Dovecot) -> Iterator[Postfix]:
    """Skipped where it is not installed."""
    if missing := missing_postfix():
        pytest.skip(missing)
    with Postfix(dovecot, USER, REFUSING) as running:
        yield running


@pytest.mark.parametrize("domain", [*REFUSING, "customer.example"])
async def test_a_report_of_a_real_server_fails_its_letter(
    dovecot: Dovecot, postfix: Postfix, domain: str
) -> None:
    settings = settings_for(
        dovecot, smtp_host="localhost", smtp_port=postfix.port, smtp_tls="none", smtp_seconds=30
    )
    replier, source, address = (
        MailReplier(settings, "The Organisation"),
        source_for(dovecot),
        f"anna@{domain}",
    )
    try:
        async with listening(source, await source.begin()) as listener:
            await replier.reply(a_letter(address))
            [came] = await listener.until(1, seconds=60)
    finally:
        await replier.aclose()
    inbound = came.inbound
    [reading] = CHANNEL.read(inbound.raw, inbound.facts)
    message, bounce = reading.message, reading.message.bounce
    assert message.flags.bounce
    assert message.flags.automated
    assert bounce is not None
    assert (bounce.recipients, bounce.action) == ([address], "failed")
    assert bounce.status == REFUSING.get(domain, "5.1.1 as Dovecot says").split()[0]
    now = datetime.now(UTC)
    delivery = Delivery(delivery_id="mail-1-1", channel="mail", received_at=now, facts=dict(inbound.facts))
    told = receipt(reading, Received(delivery, inbound.raw, now))
    assert told is not None
    assert (told.letter_id, told.person_key, told.state) == (a_letter().letter_id, a_letter().key, "failed")
    assert told.code == bounce.status
