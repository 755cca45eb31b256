"""Letters by mail: one attempt over SMTP, and what its end means.

`find` answers None: no mail server tells whether it has a mail. A letter whose end is unclear is therefore sent
again with the same Message-ID and the same bytes, so that it stays one letter for every reader that looks.
"""

import aiosmtplib

from channels.contract import Deployment, Sent, Unclear
from channels.mail.compose import Envelope, Sender, envelope
from channels.mail.settings import MailSettings, name
from channels.mail.smtp import MEND_SECONDS, Line, SmtpPool
from schemas.errors import Misconfigured, Refused, Unavailable
from schemas.letter import Letter

_REFUSED = 500


class MailReplier:
    """Sends letters. `reply` raises Unavailable (nothing left), Refused (never), Unclear (it may have left)."""

    def __init__(self, settings: MailSettings, organisation: str) -> None:
        self._settings = settings
        self._organisation = organisation
        self._boxes = {box.address.lower(): box.address for box in settings.every_mailbox()}
        self._pool = SmtpPool(settings)

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
    options = ["SMTPUTF8"] if mail.smtputf8 else []
    if mail.smtputf8 and not client.supports_extension("smtputf8"):
        return Refused("the address needs SMTPUTF8 (RFC 6531), which our mail server does not speak", "5.6.7")
    encoding = "utf-8" if mail.smtputf8 else "ascii"
    try:
        await client.mail(mail.mail_from, options=options, encoding=encoding)
        await client.rcpt(mail.recipient, encoding=encoding)
    except aiosmtplib.SMTPSenderRefused as error:
        said = f"{error.code} {error.message}"
        return Unavailable(
            f"{name('from_address')}: the mail server refuses our sender: {said}", MEND_SECONDS
        )
    except aiosmtplib.SMTPResponseException as error:
        return _refusal(error)
    except (aiosmtplib.SMTPException, OSError) as error:
        raise Unavailable(f"the mail server went away: {str(error) or type(error).__name__}") from error
    return await _data(client, mail)


async def _data(client: aiosmtplib.SMTP, mail: Envelope) -> str | Exception:
    try:
        answer = await client.data(mail.content)
    except aiosmtplib.SMTPResponseException as error:
        return _refusal(error)
    except (aiosmtplib.SMTPException, OSError) as error:
        raise Unclear(
            f"no answer to the mail {mail.message_id}: {str(error) or type(error).__name__}"
        ) from error
    return f"{answer.code} {answer.message}"[:500]


def _refusal(error: aiosmtplib.SMTPResponseException) -> Exception:
    """5xx is for good, 4xx is not (RFC 5321, 4.2.1)."""
    said = f"{error.code} {error.message}"[:500]
    if error.code >= _REFUSED:
        return Refused(f"the mail server refuses the letter: {said}", code=_enhanced(error))
    return Unavailable(f"the mail server cannot take the letter now: {said}")


def _enhanced(error: aiosmtplib.SMTPResponseException) -> str:
    """The enhanced status (RFC 3463) when there is one, else the reply code."""
    first = error.message.split(maxsplit=1)[0] if error.message.strip() else ""
    return first if first.count(".") == 2 and first.replace(".", "").isdigit() else str(error.code)


def build_replier(settings: MailSettings, deployment: Deployment) -> MailReplier:
    """Raises Misconfigured when no server is named."""
    if not settings.smtp_host:
        raise Misconfigured(
            name("smtp_host"), "set it to the server that sends mail; letters by mail need it"
        )
    return MailReplier(settings, deployment.organisation)
