"""The tests are where the product is."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Of no single place: the benchmark, and tests in a browser.
APART = {"bench", "browser"}


def test_folders_of_tests__are_where_the_folder_or_module_they_test_is() -> None:
    folders = {path.parent.relative_to(ROOT / "tests") for path in ROOT.glob("tests/*/**/test_*.py")}
    mirroring = {folder for folder in folders if folder.parts[0] not in APART}

    stray = [str(folder) for folder in mirroring if not has_place(folder)]

    assert len(mirroring) > 20
    assert stray == []


def has_place(folder: Path) -> bool:
    """Return whether the product has a package or a module of this name there."""
    return (ROOT / folder / "__init__.py").exists() or (ROOT / folder).with_suffix(".py").exists()
