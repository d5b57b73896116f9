"""The suite's migrated database, for programs that start on a data folder of their own."""

import os
import shutil
from pathlib import Path


def put_migrated_database(folder: Path) -> None:
    """Put it into an empty data folder, where there is one: to migrate costs a program ten seconds.

    A test of a first start leaves its folder empty.
    """
    template = Path(os.environ.get("AWASE_TEST_TEMPLATE", ""))
    if template.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(template, folder / "awase.sqlite3")
