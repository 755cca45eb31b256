"""Hears every commit of our groups, as Burrow does; where the right to read them is missing, it says so."""

import time

from workers.monitor.offset_commits import TOPIC, OffsetCommit, decode
from workers.storage.kafka import Cluster, Consumer, KafkaError, TopicPartition

BACK_SECONDS = 15
_AT_ONCE = 20_000


class CommitLog:
    """`open`, then `news` again and again. `readable` is False when this cluster keeps its offsets to itself."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._reader: Consumer = cluster.reader(fetch_bytes=256 * 1024)
        self.readable = False

    async def open(self) -> None:
        """Connect."""
        await self._reader.start()

    async def begin(self, partitions: int) -> None:
        """Begin with the commits of the last seconds; without the right to read them nothing is heard.

        `partitions` is how many the topic of all commits has; before a cluster's first group there are none.
        """
        logs = [TopicPartition(TOPIC, number) for number in range(partitions)]
        since = int((time.time() - BACK_SECONDS) * 1000)
        try:
            found = await self._reader.offsets_for_times(dict.fromkeys(logs, since)) if logs else {}
            ends = await self._reader.end_offsets(logs)
        except KafkaError:
            return
        self._reader.assign(logs)
        for log, begin in found.items():
            self._reader.seek(log, begin.offset if begin else ends[log])
        self.readable = bool(logs)

    async def news(self) -> list[OffsetCommit]:
        """Commits since the last call, of groups with our prefix, under plain names. Raises KafkaError."""
        if not self.readable:
            return []
        got = await self._reader.getmany(timeout_ms=0, max_records=_AT_ONCE)
        heard = [decode(record.key, record.value) for records in got.values() for record in records]
        return [self._plain(commit) for commit in heard if commit is not None and self._ours(commit)]

    async def close(self) -> None:
        """Give the connection back."""
        await self._reader.stop()

    def _ours(self, commit: OffsetCommit) -> bool:
        prefix = self._cluster.topic_prefix
        return commit.group.startswith(prefix) and commit.topic.startswith(prefix)

    def _plain(self, commit: OffsetCommit) -> OffsetCommit:
        plain = self._cluster.plain
        return OffsetCommit(
            plain(commit.group), plain(commit.topic), commit.partition, commit.offset, commit.at_ms
        )
