"""The explicit way to make a stage read its input again: nothing else ever moves a position back."""

from workers.runtime.changelog import records_for
from workers.runtime.contract import Stage
from workers.runtime.exits import bounded
from workers.runtime.options import RunOptions
from workers.runtime.transaction import Transactor
from workers.storage.kafka import Cluster, TopicPartition


async def rewind(stage: Stage, cluster: Cluster, partition: int, offset: int, options: RunOptions) -> None:
    """Let one partition of a stage go on from `offset`, forward or back.

    A running worker is fenced by this, ends in doubt and starts again from there. The tables stay as they
    are: a stage that remembers identities will recognise what it has seen. Raises Doubt when Kafka does not
    answer within the bounds of `options`.
    """
    source = TopicPartition(cluster.topic(stage.source), partition)
    transactor = Transactor(cluster, cluster.topic(stage.name), source, options)
    try:
        await bounded(transactor.open(), options.open_seconds, "fencing")
        position = records_for(stage, partition, [], offset)
        await bounded(transactor.commit(position, offset), options.commit_seconds, "a transaction")
    finally:
        await transactor.close()
