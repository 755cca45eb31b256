"""How sure a share is that was counted on few texts."""

import math

_Z = 1.96


def wilson(hits: int, total: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927); 0 to 1 for nothing counted."""
    if not total:
        return 0.0, 1.0
    share = hits / total
    middle = share + _Z**2 / (2 * total)
    spread = _Z * math.sqrt(share * (1 - share) / total + _Z**2 / (4 * total**2))
    scale = 1 + _Z**2 / total
    return (middle - spread) / scale, (middle + spread) / scale
