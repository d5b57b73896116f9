"""The people who work in the admin."""

from accounts.models.user import User

__all__ = ["User"]
