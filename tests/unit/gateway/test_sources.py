"""What is told of the accounts that are collected from: who waits and why, and for how long too long."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client import generate_latest

from channels.contract import Collected, Look
from channels.registry import BY_NAME, CHANNELS
from gateway.collector import CollectorStatus
from gateway.monitor_metrics import MonitorMetrics
from gateway.picture import Facts, picture
from gateway.sources import OLD, SourceBoard, source_notes, source_states
from schemas.operations import Collecting

NOW = datetime.now(UTC)


class Quiet:
    """A source that only says how it looked."""

    def __init__(self, account: str, look: Look) -> None:
        self.account, self.look = account, look

    async def receive(self, position: str | None) -> AsyncIterator[Collected]:
        """Nothing."""
        return
        yield

    async def confirm(self, collected: Sequence[Collected]) -> None:
        """Nothing to mark."""

    async def aclose(self) -> None:
        """Nothing is open."""


def board(data: Path, instance: str = "one") -> tuple[SourceBoard, Quiet, Quiet]:
    good = Quiet("help@example.org", Look(NOW, 60.0))
    bad = Quiet("complaints@example.org", Look(NOW - timedelta(hours=1), 60.0))
    told = SourceBoard(data, instance, [(BY_NAME["mail"], good), (BY_NAME["mail"], bad)])
    told.hear(CollectorStatus("mail:help@example.org", "collecting"))
    told.hear(CollectorStatus("mail:complaints@example.org", "away", "the server refuses the login"))
    return told, good, bad


def test_who_waits_is_told_with_the_reason_and_the_others_are_well(tmp_path: Path) -> None:
    board(tmp_path)[0].write()
    bad, good = source_states(tmp_path, NOW, {("mail", "help@example.org"): 3})
    assert (bad.account, bad.state, bad.uncollected) == ("complaints@example.org", "away", None)
    assert 3500 < bad.overdue_seconds < 3600
    assert (good.state, good.overdue_seconds, good.uncollected) == ("collecting", 0, 3)
    assert source_notes([bad, good]) == ["mail complaints@example.org: the server refuses the login"]


def test_a_process_that_is_no_more_is_noticed(tmp_path: Path) -> None:
    board(tmp_path)[0].write()
    later = source_states(tmp_path, NOW + timedelta(minutes=30), {})
    assert all(one.overdue_seconds > 1700 for one in later)
    assert any("help@example.org: nothing was heard" in note for note in source_notes(later))
    assert source_states(tmp_path, NOW + OLD * 2, {}) == []


def test_an_account_that_was_never_read_is_overdue_from_the_start(tmp_path: Path) -> None:
    told, good, _ = board(tmp_path)
    good.look = Look(None, 60.0)
    told.write()
    assert source_states(tmp_path, datetime.now(UTC) + timedelta(minutes=10), {})[1].overdue_seconds > 500


def test_an_account_that_moved_is_told_once_by_whoever_has_it(tmp_path: Path) -> None:
    first, good, _ = board(tmp_path, "one")
    first.write()
    second, good, _ = board(tmp_path, "two")
    good.look = Look(NOW, 60.0, "its folder is read-only")
    second.write()
    first.hear(CollectorStatus("mail:help@example.org", "released"))
    first.write()
    states = source_states(tmp_path, NOW, {})
    assert [one.account for one in states] == ["complaints@example.org", "help@example.org"]
    assert states[1].reason == "its folder is read-only"


@pytest.mark.parametrize("damage", [b"", b"{", b"\xff", b'{"at": 1}'])
def test_a_damaged_file_hides_nobody_else_s(tmp_path: Path, damage: bytes) -> None:
    board(tmp_path)[0].write()
    (tmp_path / "collect" / "a.json").write_bytes(damage)
    assert len(source_states(tmp_path, NOW, {})) == 2


def test_prometheus_is_told_by_channel_and_account_and_forgets_who_is_gone(tmp_path: Path) -> None:
    board(tmp_path)[0].write()
    metrics = MonitorMetrics()
    facts = Facts(sources=source_states(tmp_path, NOW, {("mail", "help@example.org"): 3}))
    metrics.show(picture(facts, NOW, tmp_path), ())
    said = generate_latest(metrics.registry).decode()
    assert 'gateway_source_collecting{account="complaints@example.org",channel="mail"} 0.0' in said
    assert 'gateway_source_uncollected{account="help@example.org",channel="mail"} 3.0' in said
    assert 'gateway_source_overdue_seconds{account="complaints@example.org",channel="mail"} 35' in said
    metrics.show(picture(Facts(), NOW, tmp_path), ())
    assert "example.org" not in generate_latest(metrics.registry).decode()


def test_the_file_is_one_of_ours(tmp_path: Path) -> None:
    board(tmp_path)[0].write()
    (path,) = (tmp_path / "collect").glob("*.json")
    assert {one.channel for one in Collecting.from_bytes(path.read_bytes()).sources} <= {
        one.name for one in CHANNELS
    }
