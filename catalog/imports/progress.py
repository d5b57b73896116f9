"""A progress bar over the bytes of a file."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tqdm import tqdm


class Progress:
    """The progress of an import; shows nothing without a bar."""

    def __init__(self, bar: Any = None) -> None:
        self._bar = bar

    def advance_to(self, position: int) -> None:
        """Move to an absolute position in the file, in bytes."""
        if self._bar is not None:
            self._bar.update(position - self._bar.n)

    def say(self, stage: str) -> None:
        """Show the name of the current stage."""
        if self._bar is not None:
            self._bar.set_description(stage)


@contextmanager
def open_progress(size: int, *, name: str, hidden: bool) -> Iterator[Progress]:
    """Yield a progress bar on stderr for `size` bytes; hidden on request or without a terminal."""
    disable = True if hidden else None
    with tqdm(total=size, desc=name, unit="B", unit_scale=True, disable=disable, file=sys.stderr) as bar:
        yield Progress(bar)
