"""Collect and compile the Japanese catalogue: `python -m tests.messages`.

It needs no gettext tools. Unfold ships no Japanese: its messages that Django does not translate are
collected too, and those whose Japanese in Django is not written as ours is.
"""

import gettext
import io
import sys
from collections.abc import Iterator
from pathlib import Path

import django
import polib
import unfold
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from django.utils.translation.template import templatize

from tests.japanese import faults_of

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale" / "ja" / "LC_MESSAGES" / "django.po"
APPS = (
    "engine",
    "accounts",
    "catalog",
    "gateway",
    "offers",
    "checkout",
    "analytics",
    "launch",
    "demo",
    "config",
    "templates",
)
UNFOLD = Path(unfold.__file__).parent
DJANGO = Path(django.__file__).parent
# The parts of Django whose messages staff read.
SHOWN = ("contrib/admin", "contrib/auth", "core/validators.py", "db/models/base.py", "forms")
# Parts of Unfold that dress packages we do not use.
UNUSED = {"constance", "guardian", "import_export", "location_field", "simple_history", "forms", "inlines"}
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_noop": (1, 2),
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}

# (context, singular, plural): what names an entry.
Key = tuple[str | None, str, str | None]


def keys_of_file(path: Path) -> Iterator[Key]:
    """Yield the messages of one Python file or template."""
    text = path.read_text()
    # A template becomes what xgettext would read; the JavaScript lexer takes the rest of it calmly.
    method = "python" if path.suffix == ".py" else "javascript"
    source = text if path.suffix == ".py" else templatize(text)
    for _line, found, _comments, context in extract(method, io.BytesIO(source.encode()), KEYWORDS):
        singular, plural = found if isinstance(found, tuple) else (found, None)
        if singular:
            yield context, singular, plural


def files_below(path: Path) -> list[Path]:
    """Return a Python file itself, or all Python files and templates below a folder."""
    return [*path.rglob("*.py"), *path.rglob("*.html")] if path.is_dir() else [path]


def own_keys() -> set[Key]:
    """Return the messages of our own apps."""
    files = [file for app in APPS for file in files_below(ROOT / app)]
    return {key for file in files if "migrations" not in file.parts for key in keys_of_file(file)}


def unfold_keys() -> set[Key]:
    """Return the messages of Unfold that Django does not happen to translate."""
    known = django_translations()
    files = [file for file in files_below(UNFOLD) if not set(file.parts) & UNUSED]
    return {key for file in files for key in keys_of_file(file) if translation_of(key, known) is None}


def django_keys() -> set[Key]:
    """Return the messages of Django that staff read and that it writes otherwise than we do."""
    known = django_translations()
    files = [file for part in SHOWN for file in files_below(DJANGO / part)]
    return {
        key
        for file in files
        for key in keys_of_file(file)
        if any(faults_of((translation_of(key, known) or "").strip()))
    }


def django_translations() -> dict[str | tuple[str, int], str]:
    """Return Django's own Japanese."""
    folders = (DJANGO / "conf", *(DJANGO / "contrib" / app for app in ("admin", "auth", "contenttypes")))
    files = [folder / "locale" / "ja" / "LC_MESSAGES" / "django.mo" for folder in folders]
    catalogues = [gettext.GNUTranslations(io.BytesIO(file.read_bytes())) for file in files]
    # CPython's reader has no other way to ask whether a message is there.
    return {name: text for catalogue in catalogues for name, text in vars(catalogue)["_catalog"].items()}


def translation_of(key: Key, known: dict[str | tuple[str, int], str]) -> str | None:
    """Return the Japanese of a message, None where there is none."""
    context, singular, plural = key
    name = singular if context is None else f"{context}\x04{singular}"
    return known.get(name if plural is None else (name, 0))


def wanted_keys() -> set[Key]:
    """Return every message that the Japanese catalogue must hold."""
    return own_keys() | unfold_keys() | django_keys()


def key_of(entry: polib.POEntry) -> Key:
    """Return what names an entry of the catalogue."""
    return entry.msgctxt, entry.msgid, entry.msgid_plural or None


def merged(catalogue: polib.POFile, wanted: set[Key]) -> polib.POFile:
    """Return the catalogue with exactly the wanted messages, keeping what is translated."""
    known = {key_of(entry): entry for entry in catalogue}
    result = polib.POFile(wrapwidth=110)
    result.metadata = {
        "Project-Id-Version": "awase",
        "Language": "ja",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    for key in sorted(wanted, key=lambda key: (key[1], key[0] or "")):
        result.append(known.get(key) or new_entry(key))
    return result


def new_entry(key: Key) -> polib.POEntry:
    """Return an entry that waits for its translation."""
    context, singular, plural = key
    flags = ["python-format"] if "%(" in singular else []
    forms = {0: ""} if plural else {}
    return polib.POEntry(
        msgctxt=context, msgid=singular, msgid_plural=plural or "", msgstr_plural=forms, flags=flags
    )


def main() -> int:
    """Write both files; say what waits for a translation."""
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    old = polib.pofile(str(CATALOGUE)) if CATALOGUE.exists() else polib.POFile()
    catalogue = merged(old, wanted_keys())
    catalogue.save(str(CATALOGUE))
    catalogue.save_as_mofile(str(CATALOGUE.with_suffix(".mo")))
    waiting = catalogue.untranslated_entries()
    sys.stdout.writelines(f"untranslated: {entry.msgid}\n" for entry in waiting)
    sys.stdout.write(f"{len(catalogue)} messages, {len(waiting)} without a translation\n")
    return bool(waiting)


if __name__ == "__main__":
    sys.exit(main())
