"""The arrays of shares, scores and weights that the statistics hand on."""

from offers.evidence import Floats

__all__ = ["Floats"]
