"""What other languages' tools make of the OpenAPI document: linters and generated clients."""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.api.documentation import schema_json

ROOT = Path(__file__).resolve().parents[3]
SOURCES = ROOT / "tests" / "clients"
# Installed once, by the lock file; the shared folder is not in the repository.
INSTALLED = ROOT / "var" / "clients"
BIN = Path(sys.executable).parent
ENVIRONMENT = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "CI": "1"}
NO_NETWORK = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ETIMEDOUT", "ENETUNREACH")

pytestmark = [pytest.mark.any_database, pytest.mark.xdist_group("clients")]


def run(*command: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, with the node of the environment."""
    return subprocess.run(
        list(map(str, command)),
        cwd=folder,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.fixture(scope="session")
def tools() -> Path:
    """Install the packages of the lock file, unless they are installed already; return their commands."""
    INSTALLED.mkdir(parents=True, exist_ok=True)
    lock = SOURCES / "package-lock.json"
    with (INSTALLED / "lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        done = INSTALLED / "installed.json"
        if not done.exists() or done.read_bytes() != lock.read_bytes():
            shutil.copy(SOURCES / "package.json", INSTALLED)
            shutil.copy(lock, INSTALLED)
            installed = run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", folder=INSTALLED)
            if any(code in installed.stderr for code in NO_NETWORK):
                pytest.skip("The packages of tests/clients cannot be downloaded: no network.")
            assert installed.returncode == 0, installed.stderr
            shutil.copy(lock, done)
    return INSTALLED / "node_modules" / ".bin"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the document, the sources of the clients and the installed packages."""
    for source in SOURCES.iterdir():
        if not source.name.startswith("package"):
            shutil.copy(source, tmp_path)
    (tmp_path / "node_modules").symlink_to(INSTALLED / "node_modules")
    (tmp_path / "openapi.json").write_bytes(schema_json())
    return tmp_path


def test_redocly__finds_nothing(tools: Path, folder: Path) -> None:
    linted = run(tools / "redocly", "lint", "openapi.json", folder=folder)

    assert linted.returncode == 0, linted.stdout + linted.stderr
    assert "is valid" in linted.stdout + linted.stderr


def test_spectral__finds_nothing(tools: Path, folder: Path) -> None:
    linted = run(tools / "spectral", "lint", "--fail-severity=warn", "openapi.json", folder=folder)

    assert linted.returncode == 0, linted.stdout + linted.stderr


def test_typescript__the_readmes_calls__compile_with_default_settings(tools: Path, folder: Path) -> None:
    generated = run(tools / "openapi-typescript", "openapi.json", "--output", "schema.d.ts", folder=folder)
    assert generated.returncode == 0, generated.stdout + generated.stderr

    compiled = run(tools / "tsc", "--project", ".", folder=folder)

    assert compiled.returncode == 0, compiled.stdout


def test_python__generated_client_and_the_readmes_calls__pass_mypy(folder: Path) -> None:
    generated = run(
        BIN / "openapi-python-client",
        *("generate", "--path", "openapi.json", "--meta", "none"),
        *("--output-path", "awase_client", "--fail-on-warning"),
        folder=folder,
    )
    assert generated.returncode == 0, generated.stdout + generated.stderr

    checked = run(BIN / "mypy", "--config-file=mypy.ini", "readme.py", "awase_client", folder=folder)

    assert checked.returncode == 0, checked.stdout
