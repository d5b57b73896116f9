"""Round fitted constants to the digits that do not depend on the processor."""

DIGITS = 6


def rounded(constant: float) -> float:
    """Return the constant with `DIGITS` significant digits.

    Processors add numbers in different orders, so searches end at slightly different constants, mostly within
    1e-10 of each other. Rounding makes them equal, unless a rounding limit is between them.
    """
    return float(f"{constant:.{DIGITS}g}")
