"""How long an SMS is."""

ALONE_UNITS_MAX, PART_UNITS_MAX = 70, 67
UNIT_BYTES = 2


def units_of(text: str) -> int:
    """How many UTF-16 units it has: a character on a phone's counter, two for an emoji."""
    return len(text.encode("utf-16-le")) // UNIT_BYTES


def parts_of(text: str) -> int:
    """How many parts a Persian SMS is sent (and paid) in: 70 UTF-16 units alone, 67 a part when split.

    A character of two units is never cut in two: it opens the next part.
    """
    units = [units_of(character) for character in text]
    if sum(units) <= ALONE_UNITS_MAX:
        return 1
    parts, used = 1, 0
    for unit in units:
        if used + unit > PART_UNITS_MAX:
            parts, used = parts + 1, 0
        used += unit
    return parts
