"""Two small pictures for a model card: how sure against how often right, and how many it decides against how right."""

from collections.abc import Sequence

from classifiers.training.metrics import Scores

_SIDE, _EDGE = 240, 40
_WHOLE = _SIDE + 2 * _EDGE
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)

Point = tuple[float, float]


def calibration_svg(title: str, scores: Scores) -> str:
    """Confidence (across) against the share that is right (up); a perfect head lies on the dashed line."""
    points = [(one.confidence, one.right) for one in scores.calibration]
    dashed = f'<path d="{_path([(0, 0), (1, 1)])}" stroke="#767676" stroke-dasharray="4" fill="none"/>'
    return _drawn(f"Calibration of {title}", ("sure", "right"), points, dashed)


def coverage_svg(title: str, scores: Scores) -> str:
    """The surest share of the texts (across) against how many of them are right (up)."""
    return _drawn(f"Coverage of {title}", ("share decided alone", "right"), list(scores.coverage))


def _drawn(title: str, axes: tuple[str, str], points: Sequence[Point], below: str = "") -> str:
    across, up = axes
    middle = _WHOLE // 2
    dots = "".join(f'<circle cx="{x}" cy="{y}" r="3" fill="#005ea5"/>' for x, y in map(_placed, points))
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WHOLE} {_WHOLE}" role="img" font-size="11">',
            f"<title>{title}</title>",
            f'<rect width="{_WHOLE}" height="{_WHOLE}" fill="#fff"/>',
            f'<rect x="{_EDGE}" y="{_EDGE}" width="{_SIDE}" height="{_SIDE}" fill="none" stroke="#767676"/>',
            *(_tick(share) for share in _TICKS),
            below,
            f'<path d="{_path(points)}" stroke="#005ea5" stroke-width="2" fill="none"/>{dots}',
            f'<text x="{middle}" y="24" text-anchor="middle" font-size="13">{title}</text>',
            f'<text x="{middle}" y="{_WHOLE - 6}" text-anchor="middle">{across}</text>',
            f'<text x="10" y="{middle}" text-anchor="middle" transform="rotate(-90 10 {middle})">{up}</text>',
            "</svg>",
            "",
        ]
    )


def _tick(share: float) -> str:
    x, y = _placed((share, share))
    return (
        f'<text x="{x}" y="{_WHOLE - _EDGE + 14}" text-anchor="middle">{share:g}</text>'
        f'<text x="{_EDGE - 4}" y="{y + 4}" text-anchor="end">{share:g}</text>'
    )


def _path(points: Sequence[Point]) -> str:
    return "M" + " L".join(f"{x} {y}" for x, y in map(_placed, points))


def _placed(point: Point) -> tuple[float, float]:
    return round(_EDGE + _SIDE * point[0], 1), round(_EDGE + _SIDE * (1 - point[1]), 1)
