import subprocess
from pathlib import Path

from launch.services.environment import environment_path, read_environment, write_environment

VALUES = {"AWASE_URL": "http://127.0.0.1:8000", "AWASE_ADMIN_PASSWORD": "a'b c$d=e"}


def test_environment__written__can_be_read_by_its_owner_only(tmp_path: Path) -> None:
    path = environment_path(tmp_path / "new")

    write_environment(path, VALUES)

    assert read_environment(path) == VALUES
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["demo.env"]


def test_environment__sourced_by_a_shell__gives_the_same_values(tmp_path: Path) -> None:
    write_environment(tmp_path / "demo.env", VALUES)

    script = '. ./demo.env; printf %s "$AWASE_ADMIN_PASSWORD"'
    said = subprocess.run(["sh", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)

    assert said.stdout == VALUES["AWASE_ADMIN_PASSWORD"]


def test_environment__missing__is_empty(tmp_path: Path) -> None:
    assert read_environment(tmp_path / "demo.env") == {}
