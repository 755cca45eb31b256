"""The case view: `complaints.events` folded into SQL, exactly once, for pages, reports and `gateway case`.

The position of the input moves in the same database transaction as what was read from it. What insight counts
is written to `insight.feed` after that commit, at least once.
"""
