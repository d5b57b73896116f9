"""The file that names the version which serves."""

from pathlib import Path

from engine.snapshot import layout


def read_pointer(directory: Path) -> str | None:
    """Return the name of the current version, None where none can be read."""
    try:
        return (directory / layout.POINTER).read_text(encoding="ascii").strip() or None
    except (OSError, UnicodeDecodeError):
        return None
