"""Mails that nobody here wrote, where they are beside the checkout: all survive, and the bars are reached."""

import pytest

from tests.corpora import material, report
from tests.corpora.scored import SCORED
from tests.unit.mail.test_hostile import survives

pytestmark = pytest.mark.skipif(
    not material.FOLDER.is_dir(), reason="../shared/corpora is not beside this checkout"
)
KINDS = ("email", "reply_text", "header_decoding", "autoresponder_headers", "tnef")


def test_every_mail_is_read_and_can_be_stored() -> None:
    for entry in material.entries("email"):
        survives(entry.raw())


@pytest.mark.parametrize("kind", KINDS)
def test_the_bars_are_reached(kind: str) -> None:
    timed = [check for check in SCORED[kind]() if check.metric != "seconds"]
    assert report.table(timed) == 0
