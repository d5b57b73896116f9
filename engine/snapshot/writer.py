"""Write a snapshot so that readers see all of it or none of it."""

import json
import os
import secrets
import shutil
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from engine.learned.scoring import Scoring
from engine.snapshot import layout
from engine.snapshot.columns import Columns, Views
from engine.snapshot.compiler import compile_columns, compile_learned
from engine.snapshot.data import LearnedData, Origin, SnapshotData
from engine.snapshot.lock import locked
from engine.snapshot.pointer import read_pointer


def write_snapshot(*, data: SnapshotData, directory: Path) -> str:
    """Write a new version beside the one that serves, make it current, and return its name."""
    currencies, columns = compile_columns(data)
    return _write_version(directory, data.origin, _manifest(data, currencies), columns)


def renew_snapshot(
    *, origin: Origin, learned: LearnedData, manifest: Mapping[str, Any], columns: Views, directory: Path
) -> str:
    """Write a new version like the given one except for the learned data, and return its name.

    manifest, columns: of a version with the same revisions, so that all else in it still holds: most of a
    snapshot is texts, which are copied as they are.
    """
    kept: Columns = {name: np.asarray(view) for name, view in columns.items()}
    counts = manifest["counts"] | {"partners": len(learned.partners.product)}
    renewed = {**manifest, **_origin_entries(origin), **_scoring_entry(learned.scoring), "counts": counts}
    return _write_version(directory, origin, renewed, kept | compile_learned(learned))


def _write_version(directory: Path, origin: Origin, manifest: Mapping[str, Any], columns: Columns) -> str:
    """Write and publish a version; return its name.

    Everything is on disk before the pointer is swapped by a rename. The version that served until now
    stays for the readers that still hold it; older ones, and what a killed build left, are removed.
    """
    with locked(directory / layout.WRITE_LOCK):
        _remove_unfinished(directory)
        previous = read_pointer(directory)
        version = _new_version(origin)
        unfinished = directory / f"{layout.UNFINISHED_PREFIX}{version}"
        unfinished.mkdir()
        places, checksum = _write_records(unfinished / layout.RECORDS, columns)
        manifest = {**manifest, "version": version, "checksum": checksum, "columns": places}
        _write_durably(unfinished / layout.MANIFEST, json.dumps(manifest, indent=1).encode())
        _sync_folder(unfinished)
        unfinished.rename(directory / version)
        _sync_folder(directory)
        _swap_pointer(directory, version)
        _prune(directory, keep={version, previous})
    return version


def _new_version(origin: Origin) -> str:
    """Return a name that sorts by time and that no version ever had."""
    moment = "".join(character for character in origin.built_at[:19] if character.isdigit())
    return f"{moment}-{secrets.token_hex(4)}"


def _manifest(data: SnapshotData, currencies: list[str]) -> dict[str, Any]:
    """Say what the snapshot is made of."""
    return {
        "format": layout.FORMAT_NUMBER,
        **_origin_entries(data.origin),
        "counts": {
            "products": len(data.products),
            "partners": len(data.learned.partners.product),
            "categories": len(data.category_parent),
            "ladders": len(data.ladders),
            "bundles": len(data.bundles),
            "placements": len(data.placements),
            "offers": len(data.offers),
        },
        "currencies": currencies,
        "rules": msgspec.to_builtins(data.rules),
        "restraint": msgspec.to_builtins(data.restraint),
        "experiments": msgspec.to_builtins(data.experiments),
        "zone": data.zone,
        "context": dict(data.context),
        **_scoring_entry(data.learned.scoring),
    }


def _origin_entries(origin: Origin) -> dict[str, Any]:
    return {
        "built_at": origin.built_at,
        "generation": {
            "id": origin.generation_id,
            "published_at": origin.published_at,
            "order_count": origin.order_count,
        },
        "revisions": dict(origin.revisions),
    }


def _scoring_entry(scoring: Scoring) -> dict[str, Any]:
    return {"scoring": msgspec.to_builtins(scoring)}


def _write_records(path: Path, columns: Columns) -> tuple[dict[str, tuple[str, int, int]], int]:
    """Write every column at an aligned offset.

    Return each one's format, offset in bytes and count, and the file's CRC-32.
    """
    places, checksum = {}, 0
    with path.open("wb") as file:
        for name, column in columns.items():
            padding, content = bytes(-file.tell() % layout.ALIGNMENT), np.ascontiguousarray(column).data
            file.write(padding)
            places[name] = (layout.FORMATS[column.dtype.str], file.tell(), len(column))
            file.write(content)
            checksum = zlib.crc32(content, zlib.crc32(padding, checksum))
        file.flush()
        os.fsync(file.fileno())
    return places, checksum


def _write_durably(path: Path, content: bytes) -> None:
    """Write a file and wait until it is on disk."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Wait until the folder's entries are on disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _swap_pointer(directory: Path, version: str) -> None:
    """Point at the version in one step."""
    fresh = directory / f"{layout.UNFINISHED_PREFIX}{layout.POINTER}"
    _write_durably(fresh, version.encode("ascii"))
    fresh.replace(directory / layout.POINTER)
    _sync_folder(directory)


def _remove_unfinished(directory: Path) -> None:
    """Remove what a killed build left; called by the holder of the write lock, so nobody builds it."""
    for leftover in directory.glob(f"{layout.UNFINISHED_PREFIX}*"):
        if leftover.is_dir():
            shutil.rmtree(leftover)
        else:
            leftover.unlink()


def _prune(directory: Path, *, keep: set[str | None]) -> None:
    """Remove every version but those to keep; a worker that still maps one keeps its memory."""
    for folder in directory.iterdir():
        if folder.name not in keep and layout.VERSION_PATTERN.fullmatch(folder.name):
            shutil.rmtree(folder)
