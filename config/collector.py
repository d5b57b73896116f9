"""Python's garbage collector in a process that serves."""

import gc


def let_collector_rest() -> None:
    """Leave what is loaded now alone, and look after thousands of new objects, not after 700.

    700 are less than a request makes; nearly all of them are gone by themselves by then.
    """
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
