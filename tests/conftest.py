"""What every test may use."""

import gc
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings as django_settings
from django.utils import translation
from pytest_django import Settings

from tests.settings import TEST_TEMPLATE
from tests.support.admin_cast import Cast, create_cast
from tests.support.servers import Crew, valkey

# No test is about time: a busy machine must not fail one. Each run of the suite searches elsewhere.
hypothesis.settings.register_profile("awase", deadline=None, max_examples=50)
hypothesis.settings.load_profile("awase")


# Tests with these fixtures or marks use the database.
DATABASE_FIXTURES = frozenset({"db", "transactional_db"})
DATABASE_MARKERS = ("django_db", "worker", "served")
# Except these; what tests in a browser add to other tests of the same pages is the same on every database.
ANY_DATABASE_MARKERS = ("any_database", "browser")
ALONE = "alone"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option with which the suite runs on its second database."""
    parser.addoption(
        "--only-database", action="store_true", help="leave out tests that are the same on every database"
    )


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """With `-m alone`, load only files that have such tests: loading all would take longer than the tests."""
    if config.option.markexpr != ALONE or collection_path.suffix != ".py":
        return None
    return f"mark.{ALONE}" not in collection_path.read_text() or None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with tests about everything; with --only-database, leave out what is the same on every one."""
    # They are the longest: begun last, they would keep one process busy while the others have nothing to do.
    items.sort(key=lambda item: item.path.parent != Path(__file__).parent)
    if not config.getoption("--only-database"):
        return
    kept = [item for item in items if needs_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if not needs_database(item)])
    items[:] = kept


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Load the tests without garbage collections: what is loaded stays."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


def pytest_collection_finish() -> None:
    """Leave what is loaded by now out of garbage collections, of which many tests cause hundreds."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def needs_database(item: pytest.Item) -> bool:
    """Tell whether the outcome of a test depends on the database."""
    if any(item.get_closest_marker(name) for name in ANY_DATABASE_MARKERS):
        return False
    fixtures = DATABASE_FIXTURES.intersection(getattr(item, "fixturenames", ()))
    return bool(fixtures) or any(item.get_closest_marker(name) for name in DATABASE_MARKERS)


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Keep the database that is there: in SQLite, a copy of the migrated one. PostgreSQL copies it itself."""
    is_sqlite = django_settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    return is_sqlite and bool(TEST_TEMPLATE)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, django_db_keepdb: bool) -> None:
    """Copy the migrated database to where this process has its own."""
    del django_db_modify_db_settings
    if django_db_keepdb:
        shutil.copyfile(TEST_TEMPLATE, django_settings.DATABASES["default"]["TEST"]["NAME"])


@pytest.fixture(autouse=True)
def snapshot_dir(tmp_path: Path, settings: Settings) -> Path:
    """Give each test a snapshot folder of its own."""
    folder = tmp_path / "snapshot"
    settings.AWASE_SNAPSHOT_DIR = folder
    return folder


@pytest.fixture(autouse=True)
def forgotten_language() -> Iterator[None]:
    """Let no test speak the language that a request of the one before it asked for."""
    yield
    translation.deactivate()


@pytest.fixture
def cast(db: None) -> Cast:
    """Create the staff of the admin, each signed in."""
    del db
    return create_cast()


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run a real Valkey; return its address."""
    with valkey(tmp_path_factory.mktemp("broker")) as address:
        yield address


@pytest.fixture(scope="session")
def session_crew(
    broker: str, tmp_path_factory: pytest.TempPathFactory, django_db_setup: None
) -> Iterator[Crew]:
    """Keep the usual worker from test to test."""
    del django_db_setup
    crew = Crew(broker=broker, folder=tmp_path_factory.mktemp("crew"))
    yield crew
    crew.close()


@pytest.fixture
def crew(session_crew: Crew, transactional_db: None) -> Iterator[Crew]:
    """Start real Celery workers and beats on the test database."""
    del transactional_db
    yield session_crew
    session_crew.end_test()
