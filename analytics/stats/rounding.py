"""Drop the digits of a fitted constant that come from the processor, not from the data."""

DIGITS = 6


def rounded(constant: float) -> float:
    """Return the constant to `DIGITS` significant digits.

    Processors add up in different orders, so a search ends at slightly different constants, mostly within
    1e-10 of each other. Rounded, they are the same, unless a limit of rounding lies between them.
    """
    return float(f"{constant:.{DIGITS}g}")
