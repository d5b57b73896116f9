"""What a web worker may use, and how its threads share the interpreter."""

import resource
from typing import Final

# Each open connection is a file; granian accepts this many per worker (`--backpressure`), and some are ours.
OPEN_FILES: Final = 8192
# After this time, a waiting thread gets the interpreter. Python's default of 5 ms is longer than a decision.
SWITCH_SECONDS: Final = 0.001


def raise_open_files() -> None:
    """Allow this process to open as many files as it may need, as far as its hard limit goes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
