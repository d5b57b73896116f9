"""Write the files that a web host serves from: the snapshot and the key ring."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from gateway.services.key import publish_key_ring
from offers.services.snapshot import refresh_snapshot


class Command(BaseCommand):
    """Publishes snapshot and key ring now instead of at the next wake-up of the worker.

    A restored or an additional host has neither; with both, it serves at once.
    """

    help = "Publish the snapshot and the API keys if the catalogue, offers, statistics or keys changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--force", action="store_true", help="Build the snapshot even if nothing has changed."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        del args
        publish_key_ring()
        if refresh_snapshot(at=timezone.now(), force=options["force"]):
            self.stdout.write(_("Published a new snapshot."))
        else:
            self.stdout.write(_("The snapshot is up to date."))
