"""One shop at a time in each data folder, and always the same one."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from launch.services.environment import DEMO, SHOP, environment_path
from launch.services.supervisor import LaunchError

OTHER = {DEMO: SHOP, SHOP: DEMO}
NAMES = {DEMO: "the demo", SHOP: "a shop of your own"}


class FolderTakenError(LaunchError):
    """The data folder is in use, or belongs to another shop."""


@contextmanager
def only_one(data: Path, *, shop: str) -> Iterator[None]:
    """Lock the data folder for `shop`, the demo or your own shop; the lock ends with the process.

    Raises FolderTakenError if a program runs in it, or if it holds the data of the other one: the demo's
    products would be offered as the shop's.
    """
    data.mkdir(parents=True, exist_ok=True)
    with (data / "shop.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise FolderTakenError(f"Another shop is already running in {data}.") from error
        if environment_path(data, shop=OTHER[shop]).exists():
            raise FolderTakenError(
                f"{data} holds the data of {NAMES[OTHER[shop]]}. Choose another folder, such as "
                f"AWASE_DATA={data.with_name(f'{data.name}-{shop}')}."
            )
        yield
