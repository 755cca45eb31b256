"""All third-party mails taken in twice, the whole way: mailbox, collector, Kafka, stages, answers over SMTP.

`python -m tests.benchmarks.mail_twice` starts everything as processes of its own, puts each mail into a real
Dovecot, waits until each has its end, puts the same bytes in again (other UIDs), and prints one JSON object:

- `unaccounted`: mails without exactly one end, by our own count; `reconciled`: what `gateway reconcile` says.
- `second_pass`: ends and letters of the copies; anything but `duplicate` and dead letters is a second case.
- `machines_answered`: mails that their source calls a bounce, an automatic answer, automated or a report, and
  that opened or joined a case, or whose Message-ID or sender got a letter.
- `mails_per_cpu_second`: of collector and normalise (fetch, make durable, read, give identity, keep attachments:
  what help desks do with a mail), and with triage, which also classifies. User and system time of whole processes
  between two looks, so heartbeats and what loads when first needed count, too. Kafka and Dovecot are servers of their
  own and stand beside in `cpu_seconds`.
- `times_django_helpdesk`: the same beside django-helpdesk, of which its one process was counted (with SQLite in it;
  not the mail server, and with PostgreSQL not the database), alone on its machine: 75 to 93 mails a CPU second, where
  the standard library's parser took 2.1 ms a mail. That parser is run here after each pass, so that a busy or another
  machine does not count for or against us; ours share two cores with Kafka, triage and letters while they are timed.

Exit code 1 when a mail is unaccounted for, has a second case, or a machine was answered.
"""

import asyncio
import json
import sys
import tempfile
import time
from collections import Counter, defaultdict
from email import message_from_bytes
from hashlib import sha256
from pathlib import Path
from typing import Any

from schemas import topics
from schemas.complaint import CaseEvent
from schemas.deadletter import DeadLetter
from schemas.delivery import Delivery
from tests.benchmarks.mail_house import MailHouse
from tests.benchmarks.mail_reading_bench import milliseconds, standard
from tests.corpora import material
from tests.integration.mail_wire.mailboxes import a_mail
from workers.reconcile.audit import OUTCOMES
from workers.storage.blobs import BlobStore
from workers.storage.kafka import Cluster, Consumer, TopicPartition

PARTITIONS = 3
SETTLE_SECONDS = 240.0
LOOK_SECONDS = 0.2
QUIET_SECONDS = 3.0
MACHINE = ("is_bounce", "is_auto_reply", "is_automated", "is_feedback_report")
CASE = frozenset({"opened", "joined", "quarantined"})
HELPDESK, PARSER_MS = (93, 75), 2.1
WATCHED = (topics.DELIVERIES.name, topics.EVENTS.name, topics.DEAD_LETTERS.name)


def same_mail(raw: bytes) -> str:
    """A hash that line ends do not change: an IMAP server gives CRLF."""
    return sha256(raw.replace(b"\r\n", b"\n").rstrip()).hexdigest()


class Books:
    """What Kafka tells: `mails`, delivery → hash of its mail; `ends`, delivery → what it came to."""

    def __init__(self, cluster: Cluster, blobs: BlobStore) -> None:
        self.mails: dict[str, str] = {}
        self.ends: dict[str, list[str]] = defaultdict(list)
        self._cluster, self._blobs = cluster, blobs
        self._reader: Consumer = None

    async def open(self) -> None:
        """From the first record on."""
        self._reader = self._cluster.reader()
        await self._reader.start()
        logs = [
            TopicPartition(self._cluster.topic(name), number)
            for name in WATCHED
            for number in range(PARTITIONS)
        ]
        self._reader.assign(logs)
        await self._reader.seek_to_beginning()

    async def close(self) -> None:
        """Give the connection back."""
        await self._reader.stop()

    async def until(self, count: int) -> None:
        """Read on until so many deliveries have an end, or too long."""
        deadline = time.monotonic() + SETTLE_SECONDS
        while len(self.ends) < count and time.monotonic() < deadline:
            got = await self._reader.getmany(timeout_ms=200)
            for log, records in got.items():
                for record in records:
                    self._enter(self._cluster.plain(log.topic), record)
            await asyncio.sleep(LOOK_SECONDS)

    def _enter(self, topic: str, record: Any) -> None:
        if topic == topics.DELIVERIES.name:
            delivery = Delivery.from_headers(dict(record.headers))
            raw = self._blobs.get(delivery.blob.sha256) if delivery.blob else record.value
            self.mails[delivery.delivery_id] = same_mail(raw)
        elif topic == topics.DEAD_LETTERS.name:
            letter = DeadLetter.from_bytes(record.value)
            self.ends[letter.delivery_id or letter.key].append(f"dead letter {letter.cause}")
        else:
            event = CaseEvent.from_bytes(record.value)
            if event.delivery_id and event.type in OUTCOMES:
                self.ends[event.delivery_id].append(event.type)


class Passes:
    """Runs the house through one delivery after the other; `letters` and CPU are counted for each."""

    def __init__(self, house: MailHouse, books: Books) -> None:
        self._house, self._books = house, books

    async def run(self, mails: list[bytes]) -> dict[str, Any]:
        """Deliver, wait until each has its end and no more letters leave, and tell what it cost."""
        books, house = self._books, self._house
        known, letters = set(books.ends), len(house.letters())
        begin, cpu = time.monotonic(), house.cpu_seconds()
        await asyncio.to_thread(house.deliver, mails)
        await books.until(len(known) + len(mails))
        seconds, after = time.monotonic() - begin, house.cpu_seconds()
        left = await asyncio.to_thread(_no_more_letters, house)
        used = {name: round(after[name] - cpu[name], 2) for name in cpu}
        parser, _ = await asyncio.to_thread(milliseconds, standard, mails)
        words = (word for delivery, said in books.ends.items() if delivery not in known for word in said)
        return {
            "mails": len(mails),
            "ends": dict(Counter(words)),
            "letters": left - letters,
            "seconds": round(seconds, 1),
            "cpu_seconds": used,
            "standard_library_ms_per_mail": round(parser, 2),
            **_rates(len(mails), used, parser),
        }


def _no_more_letters(house: MailHouse) -> int:
    """How many there are once their number stays."""
    seen = -1
    while seen != len(house.letters()):
        seen = len(house.letters())
        time.sleep(QUIET_SECONDS)
    return seen


def _rates(mails: int, used: dict[str, float], parser_ms: float) -> dict[str, Any]:
    reading = used["collect"] + used["normalise"]
    rate = mails / reading
    slower = parser_ms / PARSER_MS
    return {
        "mails_per_cpu_second": {
            "collect and normalise": round(rate),
            "collect, normalise and triage": round(mails / (reading + used["triage"])),
        },
        "times_django_helpdesk": [round(rate * slower / theirs, 1) for theirs in HELPDESK],
    }


def answered_machines(house: MailHouse, books: Books) -> list[str]:
    """Names of mails by machines that came to a case or got a letter."""
    entries = list(material.entries("email"))
    by_machine = {same_mail(entry.raw()): entry.name for entry in entries if _by_machine(entry)}
    found = [
        by_machine[mail]
        for delivery, mail in books.mails.items()
        if mail in by_machine and CASE & set(books.ends[delivery])
    ]
    ids = {_message_id(entry.raw()): entry.name for entry in entries if _by_machine(entry)}
    for entry in entries:  # some sources use one Message-ID for several mails: then the cases above decide
        if not _by_machine(entry):
            ids.pop(_message_id(entry.raw()), None)
    answers = (str(message_from_bytes(letter.content)["In-Reply-To"]).strip() for letter in house.letters())
    return sorted({*found, *(ids[its] for its in answers if its in ids)})


def _by_machine(entry: material.Entry) -> bool:
    return any(entry.expected.get(name) is True for name in MACHINE)


def _message_id(raw: bytes) -> str:
    return str(message_from_bytes(raw)["Message-ID"]).strip()


async def report(house: MailHouse, mails: list[bytes]) -> dict[str, Any]:
    """Both passes and what they prove."""
    books = Books(Cluster(house.kafka.bootstrap), BlobStore(house.folder / "data" / "blobs"))
    await books.open()
    passes = Passes(house, books)
    try:
        await passes.run([a_mail(0)])  # pays for connections and for libraries that load when needed
        first, second = await passes.run(mails), await passes.run(mails)
    finally:
        await books.close()
    reconciled = json.loads((await asyncio.to_thread(house.command, "reconcile", "--json")).stdout)
    several = [delivery for delivery in books.mails if len(books.ends[delivery]) != 1]
    more = [word for word in second["ends"] if word != "duplicate" and not word.startswith("dead letter")]
    return {
        "first_pass": first,
        "second_pass": second,
        "unaccounted": len(several) + abs(2 * len(mails) + 1 - len(books.mails)),
        "second_cases": sum(second["ends"][word] for word in more),
        "machines_answered": answered_machines(house, books),
        "reconciled": {
            name: reconciled[name] for name in ("agrees", "deliveries", "outcomes", "dead_letters")
        },
    }


def main() -> int:
    """Print the report; 1 when something in it must not be."""
    if not material.FOLDER.is_dir():
        print("skipped: ../shared/corpora is not beside this checkout")
        return 0
    mails = [entry.raw() for entry in material.entries("email")]
    with tempfile.TemporaryDirectory() as folder, MailHouse(Path(folder)) as house:
        found = asyncio.run(report(house, mails))
    print(json.dumps(found))
    wrong = found["unaccounted"] or found["second_cases"] or found["second_pass"]["letters"]
    return int(bool(wrong or found["machines_answered"] or not found["reconciled"]["agrees"]))


if __name__ == "__main__":
    sys.exit(main())
