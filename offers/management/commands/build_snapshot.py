"""Build the snapshot that offers are decided by."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from offers.services.snapshot import refresh_snapshot


class Command(BaseCommand):
    """Publishes a snapshot now instead of at the next wake-up of the worker."""

    help = "Build and publish the snapshot if the catalogue, the offers or the statistics changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--force", action="store_true", help="build even if nothing changed")

    def handle(self, *args: Any, **options: Any) -> None:
        del args
        if refresh_snapshot(at=timezone.now(), force=options["force"]):
            self.stdout.write(_("Published a new snapshot."))
        else:
            self.stdout.write(_("The snapshot is up to date."))
