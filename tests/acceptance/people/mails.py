"""Mail as people's programs write it: by SMTP to the mail server of the mailbox, the same bytes for the same word."""

import smtplib
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate

from deploy.sandbox.playground.world import World
from tests.acceptance.people.forms import file
from tests.acceptance.people.words import Word

_SECONDS = 5
_WITH_FILE = 4
"""Every so many-th person encloses something."""


class Mails:
    """Keeps what was written, so that it can be sent again as it was."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._written: dict[str, bytes] = {}

    def send(self, word: Word) -> None:
        """Raises SMTPException, OSError, Missing."""
        raw = self._written.setdefault(word.key, self._write(word))
        host, port = self._world.server("smtp")
        with smtplib.SMTP(host, port, timeout=_SECONDS) as smtp:
            smtp.sendmail(word.who.address, [word.to or str(self._world.part("mail")["mailbox"])], raw)

    def _write(self, word: Word) -> bytes:
        mail = EmailMessage()
        mail["From"] = f"{word.who.title} <{word.who.address}>"
        mail["To"] = word.to or str(self._world.part("mail")["mailbox"])
        mail["Subject"] = "Re: your letter" if word.answers else "Complaint"
        mail["Date"] = formatdate(localtime=True)
        mail["Message-ID"] = f"<{word.key}@customers.example.net>"
        if word.answers:
            mail["In-Reply-To"] = mail["References"] = f"<{word.answers}>"
        mail.set_content(word.text)
        if word.who.number % _WITH_FILE == 0 and not word.answers:
            mail.add_attachment(file(word), maintype="image", subtype="png", filename="receipt.png")
        return mail.as_bytes(policy=SMTP)
