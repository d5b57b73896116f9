"""How long each role waits for the database."""

from typing import Any, Final, NamedTuple

from config.role import Role

CONNECT_SECONDS: Final = 2


class Deadlines(NamedTuple):
    """Seconds; None and 0 are without limit."""

    statement: float
    lock: float
    # Until sent data must be acknowledged, and between signs of life of a silent connection.
    acknowledge: int
    # A server that accepts and acknowledges but never answers is noticed by nothing but this.
    answer: float | None
    # How long nobody asks a database that did not answer.
    cool_down: float


# A web thread that waits serves no one; a recompute reads millions of rows; a migration is never cut off.
OF_ROLE: Final = {
    Role.WEB: Deadlines(statement=5, lock=2, acknowledge=5, answer=6, cool_down=3),
    Role.WORKER: Deadlines(statement=1800, lock=60, acknowledge=30, answer=1810, cool_down=0),
    Role.COMMAND: Deadlines(statement=0, lock=0, acknowledge=60, answer=None, cool_down=0),
}


def postgresql_options(role: Role) -> dict[str, Any]:
    """Return the connection options of a role, for libpq and for our driver."""
    limits = OF_ROLE[role]
    settings = (
        f"-c statement_timeout={int(limits.statement * 1000)}",
        f"-c lock_timeout={int(limits.lock * 1000)}",
    )
    return {
        "connect_timeout": CONNECT_SECONDS,
        "options": " ".join(settings),
        "tcp_user_timeout": limits.acknowledge * 1000,
        "keepalives_idle": limits.acknowledge,
        "keepalives_interval": max(limits.acknowledge // 3, 1),
        "keepalives_count": 3,
        "answer_seconds": limits.answer,
        "cool_down_seconds": limits.cool_down,
    }
