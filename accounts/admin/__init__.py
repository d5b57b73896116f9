"""People and their groups."""

from accounts.admin.group import GroupAdmin
from accounts.admin.user import UserAdmin

__all__ = ["GroupAdmin", "UserAdmin"]
