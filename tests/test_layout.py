"""The tests are where the product is."""

import ast
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


def test_root_of_an_app__has_only_what_django_and_celery_look_for_there() -> None:
    apps = [path.parent for path in ROOT.glob("*/apps.py")]

    stray = [
        str(path.relative_to(ROOT))
        for app in apps
        for path in app.glob("*.py")
        if path.name not in {"__init__.py", "apps.py", "urls.py", "tasks.py"}
    ]

    assert len(apps) > 5
    assert stray == []


def test_classes__of_the_rooms__have_names_of_their_own() -> None:
    files = [path for room in ROOT.glob("*/__init__.py") for path in room.parent.rglob("*.py")]
    places: dict[str, list[str]] = {}
    for path in files:
        if path.parts[len(ROOT.parts)] == "tests" or "kinds" in path.parts or "migrations" in path.parts:
            continue
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and node.name != "Command":
                places.setdefault(node.name, []).append(str(path.relative_to(ROOT)))

    assert len(places) > 300
    assert {name: found for name, found in places.items() if len(found) > 1} == {}
