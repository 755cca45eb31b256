"""The two tables: texts of the window by number, campaigns by name, and how far each source was heard."""

import base64
from dataclasses import dataclass

from schemas.insight import FeedItem
from workers.relate.campaign import Campaign, campaign_key
from workers.relate.entry import Entry, number_key, read
from workers.relate.rule import Verdict
from workers.relate.window import TABLE, Window
from workers.runtime.contract import Tables

CAMPAIGNS = "campaigns"
Writes = dict[bytes, bytes | None]


def campaign_of(name: str, tables: Tables) -> Campaign | None:
    """The campaign of this name, while any of its texts is in the window."""
    value = tables.get(CAMPAIGNS, campaign_key(name)) if name else None
    return None if value is None else Campaign.from_bytes(value)


def was_heard(item: FeedItem, tables: Tables) -> bool:
    """Whether this place of its source, or a later one, was heard before."""
    value = tables.get(CAMPAIGNS, _place_key(item))
    return value is not None and int(value) >= item.offset


@dataclass(frozen=True, slots=True)
class Changes:
    """What one text changes in the tables and in the window that goes with them."""

    window: Window
    tables: Tables

    def of(self, item: FeedItem, verdict: Verdict) -> dict[str, Writes]:
        """By table."""
        rows = self._rows(item, verdict)
        campaigns = {verdict.campaign.campaign: verdict.campaign} if verdict.campaign else {}
        for number in self.window.left():
            left = self.tables.get(TABLE, number_key(number))
            rows[number_key(number)] = None
            if left is not None:
                self._without(read(left)[0], campaigns)
        changed: Writes = {
            campaign.key(): campaign.to_bytes() if campaign.texts > 0 else None
            for campaign in campaigns.values()
        }
        return {TABLE: rows, CAMPAIGNS: {**changed, _place_key(item): b"%d" % item.offset}}

    def _rows(self, item: FeedItem, verdict: Verdict) -> Writes:
        rows: Writes = {}
        for known in verdict.joined:
            value = self.tables.get(TABLE, number_key(known.number))
            if value is not None:
                rows[number_key(known.number)] = self._kept(known.number, known.entry, read(value)[1])
        runs = base64.b64decode(item.runs)
        rows[number_key(self.window.last)] = self._kept(self.window.last, verdict.entry, runs)
        return rows

    def _kept(self, number: int, entry: Entry, runs: bytes) -> bytes:
        value = entry.to_bytes(runs)
        self.window.keep(number, entry, value)
        return value

    def _without(self, entry: Entry, campaigns: dict[str, Campaign]) -> None:
        campaign = campaigns.get(entry.campaign) or campaign_of(entry.campaign, self.tables)
        if campaign is not None:
            campaigns[entry.campaign] = campaign.without_text()


def _place_key(item: FeedItem) -> bytes:
    return b"s:" + item.source.encode()
