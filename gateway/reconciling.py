"""What reconcile must know from this machine: the spool, and what the collectors say of themselves."""

from collections.abc import Callable, Iterator
from datetime import datetime

from gateway.bootstrap import Parts
from gateway.collector import instance_of
from gateway.losses import losses
from gateway.segments import waiting
from gateway.standings import every_standing
from workers.reconcile.audit import Account, Bounds
from workers.reconcile.run import Outside
from workers.reconcile.run import reconcile as run
from workers.storage.kafka import Cluster


async def reconcile(
    parts: Parts, since: datetime | None, until: datetime | None, progress: Callable[[str, int, int], None]
) -> Account:
    """Compare deliveries logged in the window with their outcomes; raises Unavailable."""
    bounds = Bounds(*(_ms(moment, default) for moment, default in ((since, 0), (until, 1 << 62))))
    parts.settings.data_dir.mkdir(parents=True, exist_ok=True)
    folder = parts.settings.data_dir
    outside = Outside(
        lambda: _spooled(parts), lambda: collected(parts.cluster), folder, lambda: losses(folder / "spool")
    )
    return await run(parts.cluster, outside, bounds, progress)


async def collected(cluster: Cluster) -> dict[tuple[str, str], int]:
    """(instance, boot) → the number that a collector gave last, from the positions it wrote after the ack."""
    found: dict[tuple[str, str], int] = {}
    for key, standing in (await every_standing(cluster)).items():
        channel, _, account = key.partition(":")
        found[instance_of(channel, account), standing.boot] = standing.sequence
    return found


def _spooled(parts: Parts) -> Iterator[tuple[str, int]]:
    for entry in waiting(parts.settings.data_dir / "spool"):
        delivery = entry.delivery
        yield delivery.delivery_id, int(delivery.received_at.timestamp() * 1000)


def _ms(moment: datetime | None, default: int) -> int:
    return default if moment is None else int(moment.timestamp() * 1000)
