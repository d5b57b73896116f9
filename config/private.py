"""Everything that Awase writes is for its own user only."""

import os
from pathlib import Path
from typing import Final

# Files get the mode 0600 and folders 0700, also those of SQLite, Valkey and the other programs it starts.
_OTHERS: Final = 0o077


def keep_private(data: Path) -> None:
    """Let this process and its children create files and folders only for their own user.

    The data folder is created. One that exists keeps its mode: it may be a mounted volume.
    """
    os.umask(_OTHERS)
    data.mkdir(parents=True, exist_ok=True)
