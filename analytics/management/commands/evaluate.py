"""Measure the quality of recommendations on past orders."""

import json
import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from tqdm import tqdm

from analytics.evaluation.evaluate import Evaluation, NothingToMeasureError, evaluate, timed
from analytics.evaluation.order_file import to_microseconds
from analytics.evaluation.report import json_document, render_table
from analytics.evaluation.sources import Sources, read_sources
from analytics.stats.sales import Progress
from analytics.stats.settings import LearningSettings
from catalog.imports.rejects import ImportFileError, RejectLog
from catalog.services.values import InvalidValueError

SHOWN_REJECTS = 3


class Command(BaseCommand):
    """`manage.py evaluate --orders FILE`."""

    help = "Train on the earlier orders of a file and measure the recommendations on the later ones."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--orders",
            type=Path,
            required=True,
            metavar="FILE",
            help=_("Order lines in the format of import_orders."),
        )
        parser.add_argument(
            "--products", type=Path, metavar="FILE", help=_("Products in the format of import_products.")
        )
        parser.add_argument(
            "--before",
            metavar="DATE",
            help=_(
                "Train on orders before this time and test on the rest. Default: test on the "
                "last tenth of the orders."
            ),
        )
        parser.add_argument(
            "--seed", type=int, default=0, help=_("Random seed for drawing the questions, 0 or more.")
        )
        parser.add_argument(
            "--json", type=Path, metavar="FILE", help=_("Also write all figures to this JSON file.")
        )
        parser.add_argument(
            "--encoding", default="utf-8", help=_("Encoding of CSV files, for example cp932.")
        )
        parser.add_argument("--no-progress", action="store_true", help=_("Do not show a progress bar."))

    def handle(self, **options: Any) -> None:
        with draft_of(options["json"]) as draft:
            try:
                sources, evaluation = self._measure(options)
            except (ImportFileError, NothingToMeasureError) as error:
                raise CommandError(str(error)) from error
            self._warn(sources.orders_path, sources.orders.log)
            if sources.products_path:
                self._warn(sources.products_path, sources.catalogue.log)
            self.stdout.write(render_table(evaluation, sources))
            if draft:
                json.dump(json_document(evaluation, sources), draft, indent=2, ensure_ascii=False)
                draft.write("\n")

    def _measure(self, options: dict[str, Any]) -> tuple[Sources, Evaluation]:
        """Read the files and evaluate them; check the options first."""
        at = timezone.now()
        before_us = _before(options["before"], at=at)
        if options["seed"] < 0:
            raise CommandError(_("--seed must be 0 or more."))
        reading: dict[str, float] = {}
        with stage_bar(hidden=options["no_progress"]) as show:
            with timed(reading, "read"):
                sources = read_sources(
                    orders_path=options["orders"],
                    products_path=options["products"],
                    at=at,
                    encoding=options["encoding"],
                    on_progress=show,
                )
            evaluation = evaluate(
                sources.orders.history,
                sources.catalogue,
                before_us=before_us,
                seed=options["seed"],
                settings=LearningSettings(),
                on_progress=show,
            )
        return sources, replace(evaluation, seconds=reading | evaluation.seconds)

    def _warn(self, path: Path, log: RejectLog) -> None:
        """Show the first rows that were skipped because the import would reject them."""
        for reject in log.first[:SHOWN_REJECTS]:
            self.stderr.write(f"{path.name}: {reject}")


@contextmanager
def draft_of(path: Path | None) -> Iterator[IO[str] | None]:
    """Yield a temporary file that replaces `path` at the end; after a failure `path` is unchanged.

    Raises CommandError at the start if the folder is not writable, so that no work is lost.
    """
    if path is None:
        yield None
        return
    target = path.resolve()
    # A pipe or a device is written directly.
    is_drafted = target.is_file() or not target.exists()
    draft = target.with_name(f".{target.name}.{os.getpid()}") if is_drafted else target
    try:
        stream = draft.open("w", encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error
    try:
        with stream:
            yield stream
        if is_drafted:
            draft.replace(target)
    finally:
        if is_drafted:
            draft.unlink(missing_ok=True)


def _before(text: str | None, *, at: datetime) -> int | None:
    """Return the time in microseconds; without an offset it is in the shop's time zone, as in the files."""
    if text is None:
        return None
    try:
        return to_microseconds(text, at=at)
    except InvalidValueError as error:
        raise CommandError(f"--before {text!r}: {error.detail}") from error


@contextmanager
def stage_bar(*, hidden: bool) -> Iterator[Progress]:
    """Yield a progress bar on stderr for each stage; hidden on request or without a terminal."""
    with tqdm(
        bar_format="{desc:<34} {percentage:3.0f}% |{bar}| {elapsed}",
        disable=True if hidden else None,
        file=sys.stderr,
        leave=False,
    ) as bar:
        stages: list[str] = []

        def show(stage: str, done: int, total: int) -> None:
            if stages[-1:] != [stage]:
                stages.append(stage)
                bar.reset(total=total)
                bar.set_description_str(stage)
            bar.update(done - bar.n)

        yield show
