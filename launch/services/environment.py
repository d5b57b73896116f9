"""A shop's address, login and keys as shell variables, in a file that only its owner can read."""

import os
import shlex
from collections.abc import Mapping
from pathlib import Path

URL = "AWASE_URL"
SECRET_KEY = "AWASE_SECRET_KEY"  # noqa: S105 (the name of a variable)
PUBLISHABLE_KEY = "AWASE_PUBLISHABLE_KEY"
SIGNING_SECRET = "AWASE_SIGNING_SECRET"  # noqa: S105 (the name of a variable)
ADMIN_USER = "AWASE_ADMIN_USER"
ADMIN_PASSWORD = "AWASE_ADMIN_PASSWORD"  # noqa: S105 (the name of a variable)

# What runs in a data folder: the demo, or a shop of its own.
DEMO, SHOP = "demo", "shop"


def environment_path(data: Path, *, shop: str = DEMO) -> Path:
    """Return the path of the variables in the data folder."""
    return data / f"{shop}.env"


def read_environment(path: Path) -> dict[str, str]:
    """Return the variables; {} if the file is missing."""
    if not path.exists():
        return {}
    pairs = (line.partition("=") for line in path.read_text().splitlines() if "=" in line)
    return {name.strip(): "".join(shlex.split(value)) for name, _equals, value in pairs}


def write_environment(path: Path, values: Mapping[str, str]) -> None:
    """Replace the file atomically, with mode 0600."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.writelines(f"{name}={shlex.quote(value)}\n" for name, value in values.items())
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
