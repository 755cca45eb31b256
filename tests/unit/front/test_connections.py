"""Connections: whoever keeps us waiting makes room, whoever is answered is never cut off."""

from dataclasses import dataclass, field

import pytest

from gateway.connections import MANY, Connections, Phase


@dataclass(eq=False)
class Line:
    """A connection that only remembers whether it was cut off."""

    network: str
    phase: Phase = "waiting"
    held: int = 0
    gone: bool = field(default=False)

    def shed(self) -> None:
        self.gone = True


def move(among: Connections, one: Line, phase: Phase) -> None:
    before, one.phase = one.phase, phase
    among.moved(one, before)


def crowd(among: Connections, count: int, network: str = "") -> list[Line]:
    lines = [Line(network or f"10.0.{number // 250}.{number % 250}") for number in range(count)]
    for line in lines:
        among.join(line)
    return lines


def test_half_open_connections_without_end_never_keep_the_next_one_out() -> None:
    among = Connections(most=100)
    served = crowd(among, 10)
    for line in served:
        move(among, line, "answering")
    crowd(among, 5_000)
    assert len(among) == 100
    assert not any(line.gone for line in served)
    last = Line("192.0.2.1")
    among.join(last)
    assert not last.gone


def test_a_network_over_its_share_loses_its_own_longest_waiting() -> None:
    among = Connections(most=1_000, most_each=5)
    others, greedy = crowd(among, 20), crowd(among, 8, "192.0.2.1")
    assert [line.gone for line in greedy] == [True] * 3 + [False] * 5
    assert not any(line.gone for line in others)


def test_a_proxy_stands_for_many_and_has_no_share() -> None:
    among = Connections(most=1_000, most_each=5)
    assert not any(line.gone for line in crowd(among, 200, MANY))


def test_heads_go_before_bodies_and_the_newest_only_when_all_are_answered() -> None:
    among = Connections(most=3)
    answering, sending, waiting = crowd(among, 3)
    move(among, answering, "answering")
    move(among, sending, "sending")
    crowd(among, 1)
    assert (answering.gone, sending.gone, waiting.gone) == (False, False, True)
    among = Connections(most=3)
    busy = crowd(among, 3)
    for line in busy:
        move(among, line, "answering")
    (late,) = crowd(among, 1)
    assert late.gone
    assert not any(line.gone for line in busy)


def test_the_network_with_most_unfinished_bytes_loses_its_oldest_body() -> None:
    among = Connections(most_bytes=1_000)
    honest, *hogs = [*crowd(among, 1), *crowd(among, 4, "192.0.2.1")]
    for line in (honest, *hogs):
        move(among, line, "sending")
    among.hold(honest, 100)
    for line in hogs:
        among.hold(line, 290)
    assert (honest.gone, [line.gone for line in hogs]) == (False, [True, False, False, False])


def test_bytes_of_complete_requests_are_never_cut_off_and_come_back_when_answered() -> None:
    among = Connections(most_bytes=1_000)
    full, late = crowd(among, 2)
    among.hold(full, 900)
    move(among, full, "answering")
    move(among, late, "sending")
    among.hold(late, 200)
    assert (full.gone, late.gone) == (False, True)
    among.let_go(full)
    again = Line("192.0.2.9", "sending")
    among.join(again)
    among.hold(again, 900)
    assert not again.gone


@pytest.mark.parametrize("phase", ["waiting", "sending", "answering"])
def test_closing_gives_everything_back_once(phase: Phase) -> None:
    among = Connections(most_each=1, most_bytes=100)
    (line,) = crowd(among, 1)
    move(among, line, phase)
    among.hold(line, 90)
    among.leave(line)
    among.leave(line)
    again = Line(line.network, phase)
    among.join(again)
    among.hold(again, 90)
    assert (len(among), line.gone, again.gone) == (1, False, False)
