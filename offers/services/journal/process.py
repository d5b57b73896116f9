"""The journal of this process: one writer for each folder."""

import random
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from engine.journal.writer import JournalLimits, JournalState, JournalWriter
from gateway.services.remembered import remembered


@lru_cache(maxsize=8)
def journal_writer_at(folder: Path, limits: JournalLimits) -> JournalWriter:
    """Return the one writer of a folder in this process."""
    return JournalWriter(folder, limits)


@remembered
def current_journal() -> JournalWriter | None:
    """Return the journal to write to, None if it is turned off."""
    if not settings.AWASE_JOURNAL:
        return None
    return journal_writer_at(settings.AWASE_JOURNAL_DIR, _limits(settings.AWASE_JOURNAL_MAX_MB))


def _limits(largest_mb: int) -> JournalLimits:
    """Return the limits of a folder; its files are small enough that some fit."""
    total_bytes = largest_mb * 2**20
    return JournalLimits(min(JournalLimits().file_bytes, total_bytes // 4), total_bytes)


def journal_state() -> JournalState | None:
    """Return what this process wrote and lost, None if the journal is turned off."""
    journal = current_journal()
    return None if journal is None else journal.state


def is_sampled() -> bool:
    """Tell, at random, whether the journal should have the candidates of the next decision."""
    return random.random() < _sampled_share()  # noqa: S311 (not a secret)


@remembered
def _sampled_share() -> float:
    share: float = settings.AWASE_JOURNAL_CANDIDATE_RATE
    return share if settings.AWASE_JOURNAL else 0.0
