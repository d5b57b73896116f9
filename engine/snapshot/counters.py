"""What is used of the offers' limits, in a small file beside the snapshots: it changes with every order."""

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from engine.conditions.circumstances import Used

COUNTERS: Final = "counters.json"
NOTHING_USED: Final[Mapping[int, Used]] = MappingProxyType({})


def write_counters(directory: Path, used: Mapping[int, Used]) -> bool:
    """Replace the file in one step if what is used has changed; return whether it has.

    `used` has an entry for each offer with a limit, by primary key. The file is not flushed to disk: it can
    be counted again at any time, and a reader takes a damaged one for an empty one.
    """
    path = directory / COUNTERS
    content = json.dumps({str(offer): (one.uses, one.spent_minor) for offer, one in sorted(used.items())})
    try:
        if path.read_text(encoding="ascii") == content:
            return False
    except FileNotFoundError:
        directory.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_text(content, encoding="ascii")
    unfinished.replace(path)
    return True


def read_counters(directory: Path) -> Mapping[int, Used]:
    """Return what is used of each offer's limits; nothing where no file can be read."""
    try:
        content = json.loads((directory / COUNTERS).read_bytes())
        return {int(offer): Used(int(uses), int(spent)) for offer, (uses, spent) in content.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return NOTHING_USED
