"""Sentences for a person: who does not move, what was lost, what is away."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from schemas.operations import StageState, StoppedStage
from workers.runtime.progress import read_progress

WORDS = {
    "STOP": "has stopped: it commits nothing while there is work",
    "STALL": "is stuck: it commits the same place again and again",
    "REWIND": "went back: it reads again what it had read",
    "WARN": "is slow: its lag does not fall",
}


def of_stages(stages: Iterable[StageState]) -> Iterator[str]:
    """What is wrong with the stages, the worst for people first said."""
    for stage in stages:
        if stage.lag_records and stage.members == 0:
            yield f"nobody reads {stage.topic}: no {stage.name} is running, and {stage.lag_records} records wait"
        elif stage.verdict in WORDS and any(one.verdict == stage.verdict for one in stage.partitions):
            yield f"{stage.name} {WORDS[stage.verdict]} ({stage.lag_records} records wait)"
        if stage.restless:
            yield (
                f"{stage.name} ends and is started again over and over: {stage.restarts} times in ten minutes;"
                " its log says why"
            )
        for one in stage.partitions:
            if one.lost:
                place = f"{stage.topic} partition {one.partition}"
                yield f"{one.lost} records of {place} went to retention before {stage.name} had read them"


def of_workers(folder: Path) -> Iterator[str]:
    """What paused and stopped workers of this machine say of the reason (their progress files)."""
    for told in read_progress(folder):
        if told.state == "paused":
            yield f"{told.stage} partition {told.partition} is paused: {told.reason}"
        if told.state == "stopped":
            yield (
                f"{told.stage} partition {told.partition} has stopped itself: {told.reason}. Go back to the release "
                "before, or replay its dead letters after the next one; it tries again every minute"
            )


def stopped(folder: Path) -> list[StoppedStage]:
    """The partitions on this machine that stopped themselves."""
    return [
        StoppedStage(stage=told.stage, partition=told.partition, reason=told.reason)
        for told in read_progress(folder)
        if told.state == "stopped"
    ]
