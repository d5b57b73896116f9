"""`manage.py create_groups`: create the two default permission groups."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.services.group import create_groups


class Command(BaseCommand):
    """Create the groups Merchandiser and Analyst, or add their missing permissions."""

    help = __doc__ or ""

    def handle(self, *_args: Any, **_options: Any) -> None:
        for name, count in create_groups().items():
            self.stdout.write(f"{name}: {count} permissions")
