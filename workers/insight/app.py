"""The Faust app: one agent over `insight.feed`, one table, and what it finds on `insight.events`.

Its rules (each was paid for): every topic is provisioned first, the agent never raises, concurrency 1, no
linger, small table values, no exactly_once, no leader topic.
"""

import logging
import ssl
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import faust
from faust.types import ProcessingGuarantee
from pydantic import ValidationError

from schemas import topics
from schemas.errors import Nonsense
from schemas.insight import FeedItem
from workers import dead_letters
from workers.insight import rule
from workers.insight.sweep import Sweep
from workers.runtime.contract import Record
from workers.storage.kafka import Cluster

LOG = logging.getLogger(__name__)
NAME = "insight"


def build(cluster: Cluster, thresholds: rule.Thresholds, instance: str, folder: Path) -> faust.App:
    """The app, not started. Topics must exist: insight.feed, insight.events and the table's changelog.

    `folder` is Faust's own; without one it would make one in the working directory.
    """
    folder.mkdir(parents=True, exist_ok=True)
    app = faust.App(
        cluster.topic(NAME),
        broker=[f"kafka://{address.strip()}" for address in cluster.bootstrap.split(",")],
        broker_credentials=_credentials(cluster),
        consumer_group_instance_id=f"{instance}.{NAME}",
        store="memory://",
        datadir=folder,
        topic_partitions=1,
        topic_allow_declare=False,
        topic_disable_leader=True,
        producer_linger=0,
        broker_commit_interval=1.0,
        broker_session_timeout=10.0,
        broker_heartbeat_interval=1.0,
        processing_guarantee=ProcessingGuarantee.AT_LEAST_ONCE,
        web_enabled=False,
        autodiscover=False,
    )
    feed = app.topic(cluster.topic(topics.INSIGHT_FEED.name), value_type=bytes, value_serializer="raw")
    found = app.topic(cluster.topic(topics.INSIGHT_EVENTS.name), value_serializer="raw", key_serializer="raw")
    dead = app.topic(cluster.topic(topics.DEAD_LETTERS.name), value_serializer="raw", key_serializer="raw")
    buckets = app.Table("buckets", partitions=1)  # JSON both ways; a model here would break recovery

    sweep = Sweep(thresholds)

    @app.agent(feed, concurrency=1, name=f"{NAME}.count")
    async def count(stream: Any) -> None:
        async for event in stream.events():
            # Faust lets a table change only while an event is in hand, so old buckets go on the way.
            for key in sweep.due(buckets, datetime.now(UTC)):
                del buckets[key]
            try:
                item = FeedItem.from_bytes(event.value)
            except ValidationError as error:
                letter = dead_letters.dead_letter(NAME, _record(event, cluster), Nonsense(str(error)))
                await dead.send(key=letter.key, value=letter.value)
                continue
            for counted in rule.count(item, buckets.get, thresholds):
                buckets[counted.key] = counted.bucket
                for one in counted.found:
                    await found.send(key=one.found_id.encode(), value=one.to_bytes())

    return app


def _record(event: Any, cluster: Cluster) -> Record:
    message = event.message
    stamp = int((message.timestamp or 0) * 1000)
    return Record(
        cluster.plain(message.topic), message.partition, message.offset, stamp, message.key, event.value
    )


def _credentials(cluster: Cluster) -> Any:
    if cluster.security_protocol == "PLAINTEXT":
        return None
    context = (
        ssl.create_default_context(cafile=cluster.ca_file)
        if cluster.security_protocol.endswith("SSL")
        else None
    )
    if cluster.security_protocol.startswith("SASL"):
        return faust.SASLCredentials(
            username=cluster.sasl_username,
            password=cluster.sasl_password,
            mechanism=cluster.sasl_mechanism,
            ssl_context=context,
        )
    return faust.SSLCredentials(context=context)
