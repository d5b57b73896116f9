"""Collect the decision journal of this host: `manage.py collect_journal`."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.services.journal.collect import collect_journal


class Command(BaseCommand):
    """For hosts with a web server and no worker: run it every minute, for example by cron."""

    help = "Collect the decisions of this host into the database and into Parquet files."

    def handle(self, **_options: Any) -> None:
        collected = collect_journal(
            folder=settings.AWASE_JOURNAL_DIR,
            at=timezone.now(),
            with_parquet=settings.AWASE_JOURNAL_PARQUET_DAYS > 0,
        )
        if collected.is_busy:
            self.stdout.write(_("Another process is collecting the journal."))
            return
        said = _(
            "{records:,} decisions of {files:,} files collected. {damaged:,} damaged lines, {lost:,} lost."
        )
        self.stdout.write(
            said.format(
                records=collected.record_count,
                files=collected.file_count,
                damaged=collected.damaged_count,
                lost=collected.lost_count,
            )
        )
