"""The base of the import commands: options, list of rejected rows, exit code."""

from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from catalog.imports.progress import Progress, open_progress
from catalog.imports.rejects import ImportFileError, RejectLog, RowsRejectedError, open_reject_log
from catalog.imports.table import TableFile


class ImportCommand(BaseCommand):
    """Import one file. Subclasses define its columns and store its rows."""

    # The required and the optional columns of the file.
    required: ClassVar[Sequence[str]]
    optional: ClassVar[Sequence[str]] = ()
    # How the names of further columns begin, which are read too.
    prefixes: ClassVar[Sequence[str]] = ()

    def store(self, *, table: TableFile, rejects: RejectLog, keep_good: bool, progress: Progress) -> str:
        """Store the rows and return a summary; raise RowsRejectedError if nothing was written."""
        raise NotImplementedError

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options that all imports share."""
        parser.add_argument(
            "file", type=Path, help=_("A CSV file (UTF-8, comma-separated) or a Parquet file.")
        )
        parser.add_argument(
            "--keep-good", action="store_true", help=_("Import the valid rows even if others are rejected.")
        )
        parser.add_argument(
            "--dry-run", action="store_true", help=_("Check the file and write nothing to the database.")
        )
        parser.add_argument(
            "--rejects", type=Path, metavar="FILE", help=_("Write all rejected rows to this CSV file.")
        )
        parser.add_argument(
            "--encoding", default="utf-8", help=_("Encoding of a CSV file, for example cp932.")
        )
        parser.add_argument("--no-progress", action="store_true", help=_("Do not show a progress bar."))

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 (Django's signature)
        """Read the file, store its rows and report the rejected ones."""
        try:
            self._run(options)
        except ImportFileError as error:
            raise CommandError(str(error)) from error
        except IntegrityError as error:
            raise CommandError(
                _("The same data was changed at the same time. Nothing was written. Run the command again.")
            ) from error

    def _run(self, options: dict[str, Any]) -> None:
        table = TableFile(
            options["file"],
            required=self.required,
            optional=self.optional,
            prefixes=self.prefixes,
            encoding=options["encoding"],
        )
        if table.ignored:
            self.stderr.write(_("Ignored columns: %s.") % ", ".join(table.ignored))
        bar = open_progress(table.size, name=table.path.name, hidden=options["no_progress"])
        with open_reject_log(options["rejects"]) as rejects:
            try:
                with bar as progress, transaction.atomic():
                    summary = self.store(
                        table=table, rejects=rejects, keep_good=options["keep_good"], progress=progress
                    )
                    transaction.set_rollback(options["dry_run"])
            except RowsRejectedError as error:
                self._show(rejects, options["rejects"])
                raise CommandError(
                    _(
                        "%(rejected)d of %(rows)d rows were rejected, so nothing was written. "
                        "Correct them, or use --keep-good to import the valid rows."
                    )
                    % {"rejected": rejects.row_count, "rows": error.row_count}
                ) from error
        self._show(rejects, options["rejects"])
        self.stdout.write(summary)
        if options["dry_run"]:
            self.stdout.write(_("This was a dry run: nothing was written."))

    def _show(self, rejects: RejectLog, path: Path | None) -> None:
        for reject in rejects.first:
            self.stderr.write(str(reject))
        if path and rejects.row_count:
            self.stderr.write(_("All rejected rows are in %s.") % path)
        elif rejects.row_count > len(rejects.first):
            self.stderr.write(_("… and more. Use --rejects to write all of them to a file."))
