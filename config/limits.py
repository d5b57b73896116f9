"""What the operating system allows a web worker."""

import resource
from typing import Final

# Each open connection is a file; granian accepts this many per worker (`--backpressure`), and some are ours.
OPEN_FILES: Final = 8192


def raise_open_files() -> None:
    """Allow this process to open as many files as it may need, as far as its hard limit goes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
