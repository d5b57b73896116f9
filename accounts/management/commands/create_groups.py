"""`manage.py create_groups`: the two usual permission groups."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.services.group import create_groups


class Command(BaseCommand):
    """Create the groups Merchandiser and Analyst, or give them what they lack."""

    help = __doc__ or ""

    def handle(self, *_args: Any, **_options: Any) -> None:
        for name, count in create_groups().items():
            self.stdout.write(f"{name}: {count} permissions")
