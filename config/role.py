"""Which of Awase's processes this is; entry points say so before they load the settings."""

from enum import StrEnum


class Role(StrEnum):
    """A worker and beat are what a process is unless it says otherwise."""

    WEB = "web"
    WORKER = "worker"
    # manage.py: migrations and imports take as long as they take.
    COMMAND = "command"


class _Current:
    role = Role.WORKER


def play(role: Role) -> None:
    """Set the role of this process."""
    _Current.role = role


def current_role() -> Role:
    """Return the role of this process."""
    return _Current.role
