"""What a browser posts for a form of a page that nobody has changed."""

from collections.abc import Iterator
from html.parser import HTMLParser

Posted = dict[str, list[str]]
Attributes = dict[str, str | None]


class _FormReader(HTMLParser):
    """Read the controls of one form."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self.posted: Posted = {}
        self._form, self._inside = form, False
        self._select, self._multiple, self._first = "", False, ""
        self._area, self._text = "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known: Attributes = dict(attrs)
        if tag == "form":
            self._inside = known.get("id") == self._form or not self._form
        name = known.get("name") or ""
        if not self._inside or "disabled" in known or (not name and tag != "option"):
            return
        if tag == "input":
            self._read_input(name, known)
        elif tag == "select":
            self._select, self._multiple, self._first = name, "multiple" in known, ""
            self.posted.setdefault(name, [])
        elif tag == "option" and self._select:
            self._first = self._first or known.get("value") or ""
            if "selected" in known:
                self.posted[self._select].append(known.get("value") or "")
        elif tag == "textarea":
            self._area, self._text = name, ""

    def handle_data(self, data: str) -> None:
        self._text += data if self._area else ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "textarea" and self._area:
            self.posted[self._area] = [self._text.removeprefix("\n")]
            self._area = ""
        elif tag == "select" and self._select:
            if not self.posted[self._select] and not self._multiple:
                self.posted[self._select] = [self._first]
            self._select = ""

    def _read_input(self, name: str, known: Attributes) -> None:
        kind = known.get("type") or "text"
        if kind in {"submit", "button", "reset", "file"}:
            return
        if kind in {"checkbox", "radio"} and "checked" not in known:
            return
        self.posted.setdefault(name, []).append(known.get("value") or ("on" if kind == "checkbox" else ""))


def read_form(html: str, form: str = "") -> Posted:
    """Return what is posted by the form with this id, or by all, without templates of rows."""
    reader = _FormReader(form)
    reader.feed(html)
    return dict(_without_templates(reader.posted))


def _without_templates(posted: Posted) -> Iterator[tuple[str, list[str]]]:
    yield from ((name, values) for name, values in posted.items() if "__prefix__" not in name)
