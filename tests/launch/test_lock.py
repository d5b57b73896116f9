"""One shop at a time in a data folder, and always the same one."""

from pathlib import Path

import pytest

from launch.services.environment import DEMO, SHOP, environment_path, write_environment
from launch.services.lock import FolderTakenError, only_one


def test_only_one__folder_in_use__is_refused_until_it_is_free(tmp_path: Path) -> None:
    with (
        only_one(tmp_path, shop=SHOP),
        pytest.raises(FolderTakenError, match="already running in"),
        only_one(tmp_path, shop=SHOP),
    ):
        pass

    with only_one(tmp_path, shop=SHOP):
        assert tmp_path.exists()


@pytest.mark.parametrize(
    ("own", "other", "words"), [(SHOP, DEMO, "the demo"), (DEMO, SHOP, "a shop of your own")]
)
def test_only_one__folder_of_the_other_shop__is_refused_with_another_name(
    tmp_path: Path, own: str, other: str, words: str
) -> None:
    data = tmp_path / "var"
    write_environment(environment_path(data, shop=other), {"AWASE_URL": "http://127.0.0.1:8000"})

    with (
        pytest.raises(FolderTakenError, match=f"holds the data of {words}.*var-{own}"),
        only_one(data, shop=own),
    ):
        pass
