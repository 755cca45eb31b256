"""Letters by mail: one attempt over SMTP, and what its end means.

`find` answers None: no mail server tells whether it has a mail. A letter whose end is unclear is therefore sent
again with the same Message-ID and the same bytes, so that it stays one letter for every reader that looks.
"""

from collections.abc import Awaitable

import aiosmtplib

from channels.contract import Deployment, Sent, Unclear
from channels.keeping import Keep
from channels.mail import answers
from channels.mail.answers import Reply, Step
from channels.mail.compose import Envelope, Sender, envelope
from channels.mail.oauth import NOWHERE, keep_of
from channels.mail.settings import MailSettings, name
from channels.mail.smtp import MEND_SECONDS, Line, SmtpPool
from schemas.errors import Misconfigured, Refused, Unavailable
from schemas.letter import Letter


class MailReplier:
    """Sends letters. `reply` raises Unavailable (nothing left), Refused (never), Unclear (it may have left)."""

    def __init__(self, settings: MailSettings, organisation: str, keep: Keep = NOWHERE) -> None:
        self._settings = settings
        self._organisation = organisation
        self._boxes = {box.address.lower(): box.address for box in settings.every_mailbox()}
        self._pool = SmtpPool(settings, keep)

    async def reply(self, letter: Letter) -> Sent:
        """One attempt over a pooled connection."""
        mail = envelope(letter, self.sender(letter))
        async with self._pool.line() as line:
            answer = await _send(line, mail)
            line.refused = isinstance(answer, Exception)
        if isinstance(answer, Exception):
            raise answer
        return Sent(provider_id=mail.message_id, detail=answer)

    async def find(self, letter: Letter) -> Sent | None:
        """None: a mail server cannot be asked, and the same bytes once more are the same letter."""
        return None

    async def aclose(self) -> None:
        """Close the pooled connections; bounded."""
        await self._pool.close()

    def sender(self, letter: Letter) -> Sender:
        """The mailbox the complaint came to, unless one address is set for all letters."""
        settings = self._settings
        box = self._boxes.get(letter.route.account.lower(), settings.sender_address)
        return Sender(
            address=settings.from_address or box,
            name=settings.from_name or self._organisation,
            verp=settings.envelope_sender == "verp",
            subaddressing=settings.subaddressing,
        )


async def _send(line: Line, mail: Envelope) -> str | Exception:
    """The server's last word, or what a clean refusal means; raises when the connection must not be used again."""
    client = line.client
    if mail.smtputf8 and not client.supports_extension("smtputf8"):
        return Refused("the address needs SMTPUTF8 (RFC 6531), which our mail server does not speak", "5.6.7")
    options, encoding = (["SMTPUTF8"], "utf-8") if mail.smtputf8 else ([], "ascii")
    try:
        refusal = await _asked(
            "MAIL", client.mail(mail.mail_from, options=options, encoding=encoding)
        ) or await _asked("RCPT", client.rcpt(mail.recipient, encoding=encoding))
    except (aiosmtplib.SMTPException, OSError) as error:
        raise Unavailable(f"the mail server went away: {str(error) or type(error).__name__}") from error
    return refusal or await _data(client, mail)


async def _asked(step: Step, command: Awaitable[object]) -> Exception | None:
    """What a refusal of MAIL or RCPT means, None when it is none; raises what has no reply."""
    try:
        await command
    except aiosmtplib.SMTPResponseException as error:
        return _refusal(step, answers.reply(error.code, error.message))
    return None


async def _data(client: aiosmtplib.SMTP, mail: Envelope) -> str | Exception:
    try:
        answer = await client.data(mail.content)
        said = answers.reply(answer.code, answer.message)
    except aiosmtplib.SMTPResponseException as error:
        said = answers.reply(error.code, error.message)
    except (aiosmtplib.SMTPException, OSError) as error:
        raise Unclear(
            f"no answer to the mail {mail.message_id}: {str(error) or type(error).__name__}"
        ) from error
    return _refusal("DATA", said) or str(said)


def _refusal(step: Step, said: Reply) -> Exception | None:
    """None when it is taken; raises when nobody can tell, for then the connection says nothing any more."""
    match answers.meaning(step, said):
        case "taken":
            return None
        case "never":
            return Refused(
                f"the mail server refuses the letter: {said}", code=said.enhanced or str(said.code)
            )
        case "mend":
            setting = name(answers.setting(said))
            return Unavailable(f"{setting}: the mail server refuses our sender: {said}", MEND_SECONDS)
        case "later":
            return Unavailable(f"the mail server cannot take the letter now: {said}")
        case "unclear":
            raise Unclear(f"the mail server answers what nobody can read: {said}")


class NoWayOut:
    """Mail is taken in and no server is named that sends: letters wait, with a reason, and everything else goes on."""

    error = Misconfigured(
        name("smtp_host"), "set it to the server that sends mail; letters by mail wait for it"
    )

    async def reply(self, letter: Letter) -> Sent:
        """Raises Misconfigured: the letter waits until the setting is there."""
        raise self.error

    async def find(self, letter: Letter) -> Sent | None:
        """None: nothing ever left."""
        return None

    async def aclose(self) -> None:
        """Nothing is open."""


def build_replier(settings: MailSettings, deployment: Deployment) -> MailReplier | NoWayOut:
    """The way out; without a server that sends, one that says so for each letter."""
    if not settings.smtp_host:
        return NoWayOut()
    return MailReplier(settings, deployment.organisation, keep_of(deployment))
