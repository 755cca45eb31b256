"""How often Python looks for cycles of garbage: seldom, where records and documents come by the thousand.

They make many objects and no cycles: looking costs a tenth of what understanding a text costs, and finds nothing.
"""

import gc

_AFTER = (20_000, 20, 20)


def look_seldom() -> None:
    """For this process, from now on. What is no cycle goes at once, as ever."""
    gc.set_threshold(*_AFTER)
