"""The backend: `ENGINE = "config.postgresql"`."""

from typing import Any, Final

from django.db.backends.postgresql import base
from django.db.utils import OperationalError

from config.postgresql import driver

# A server in reach answers SELECT 1 at once.
USABLE_SECONDS: Final = 1.0


class DatabaseWrapper(base.DatabaseWrapper):
    """Asks only a database that answers."""

    Database = driver

    def connect(self) -> None:
        """Connect, unless the database did not answer a moment ago."""
        self._require_answers()
        super().connect()

    def _cursor(self, name: str | None = None) -> Any:
        """Return a cursor, unless the database did not answer a moment ago."""
        if self.connection is not None:
            self._require_answers()
        return super()._cursor(name)  # type: ignore[misc] # the stubs leave it out

    def is_usable(self) -> bool:
        """Return whether the connection answers, and soon."""
        if self.connection is None:
            return False
        with self.connection.answering_within(USABLE_SECONDS):
            usable: bool = super().is_usable()
        return usable

    def _require_answers(self) -> None:
        """Fail at once while the breaker is open."""
        if not driver.breaker.admits(self.settings_dict["OPTIONS"].get("cool_down_seconds", 0.0)):
            raise OperationalError("the database did not answer a moment ago")
