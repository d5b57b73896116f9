"""The arrays of shares, scores and weights that the statistics hand on."""

from engine.learned.evidence import Floats

__all__ = ["Floats"]
