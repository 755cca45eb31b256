"""A place that somebody sent, as a reference beside the text: a geo URI (RFC 5870). Pure."""

from schemas.message import MediaReference


def place(latitude: object, longitude: object, name: str = "") -> list[MediaReference]:
    """One reference with six decimals (10 cm), none when the coordinates are no numbers."""
    try:
        north, east = float(str(latitude)), float(str(longitude))
    except ValueError:
        return []
    if not (abs(north) <= 90 and abs(east) <= 180):
        return []
    return [MediaReference(url=f"geo:{north:.6f},{east:.6f}", name=name[:255])]
