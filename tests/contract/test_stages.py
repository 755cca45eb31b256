"""A slice of `make fuzz`, always the same: hostile bytes of every channel through normalise, triage and letters."""

import random
import time

import pytest

from channels.contract import Channel
from channels.registry import CHANNELS
from tests.contract.cases import cases
from tests.fuzz.damage import FORM, JSON, MAIL, damaged
from tests.fuzz.stages import Line

INPUTS = 150
MOST_SECONDS = 1.0


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: channel.name)
def test_whatever_comes_ends_in_a_case_or_a_typed_dead_letter(channel: Channel) -> None:
    seeds = [case.raw for case in cases() if case.channel.name == channel.name]
    line, chance = Line(), random.Random(channel.name)
    for number in range(INPUTS):
        raw = (
            damaged(chance, chance.choice(seeds), (*MAIL, *JSON, *FORM))
            if number >= len(seeds)
            else seeds[number]
        )
        began = time.thread_time()
        line.take(channel, raw, chance)
        assert time.thread_time() - began < MOST_SECONDS, raw[:500]
