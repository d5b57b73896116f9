"""Python's garbage collector in a web process."""

import gc


def let_collector_rest() -> None:
    """Exclude all loaded objects from collection, and collect after 20,000 new objects instead of 700.

    A request creates more than 700 objects, and reference counting frees nearly all of them.
    """
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
