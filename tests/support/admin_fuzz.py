"""Send the admin what no browser sends: keys, numbers and texts that no database can store or search for.

The mutations are always the same: in some rounds all fields of a form are wrong, and then each field is wrong
while all others are right. Fields of the same name are the same field.
"""

import re
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import urlencode, urlsplit

from django.db import connection, transaction
from django.test import Client

from tests.support.admin_routes import PageForm, read_forms

Fields = Mapping[str, list[str]]

HUGE = "9" * 30
NUL = "a\0b"
WORDS = " ".join(["word"] * 3000)
LONG = "x" * 60_000
# Parts of addresses in place of a key.
KEYS = (HUGE, "-1", "%00", "abc", "%ED%A0%80", "_00")
VALUES = (HUGE, NUL, "\ud800", f"-{HUGE}", "99999-01-01", "1e400", "NaN", "²", WORDS, LONG)
ROUNDS = 3
# Query parameters in one request.
TOGETHER = 3
JSON_TEXTS = ('{"a": "\\ud800"}', '{"a\\u0000": 1}', '{"a":' * 20_000, "[1]", '{"a": 1e999}', "9" * 5000)
QUERY = (
    *("p", "o", "q", "e", "all", "page", "s", "id__exact", "pk__in", "_to_field", "_changelist_filters"),
    *("term", "app_label", "model_name", "field_name", "days", "format", "index"),
)
# What an autocomplete asks for.
ASKED = {"app_label": ["offers"], "model_name": ["offer"], "field_name": ["trigger_products"]}
SERVER_ERROR = 500


@dataclass(slots=True)
class Attacker:
    """Sends requests one by one, undoes what each one changed, and keeps those with a server error."""

    client: Client
    errors: list[str] = field(default_factory=list)
    sent_count: int = 0
    _turn: "count[int]" = field(default_factory=count)
    _known: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.client.raise_request_exception = False

    def send(self, method: str, address: str, fields: Fields, what: str = "") -> str:
        """Send a request; return the page that answers, if any."""
        self.sent_count += 1
        text = urlencode(fields, doseq=True, errors="surrogatepass")
        with transaction.atomic():
            if method == "get":
                answer = self.client.get(f"{address}?{text}")
            else:
                answer = self.client.post(address, text, content_type="application/x-www-form-urlencoded")
            if answer.status_code < SERVER_ERROR:
                connection.check_constraints()
            transaction.set_rollback(True)
        if answer.status_code >= SERVER_ERROR:
            self.errors.append(f"{method} {address[:90]} {what}: {_cause(answer)}")
        is_page = answer.status_code == 200 and "html" in answer.headers.get("Content-Type", "")
        return answer.text if is_page else ""

    def ask(self, address: str) -> None:
        """Send bad query parameters, a few at a time, and search words to an address."""
        # Other ones go together on the next page, so that none always hides what another does.
        first = next(self._turn) % len(QUERY)
        names = QUERY[first:] + QUERY[:first]
        for place in range(0, len(names), TOGETHER):
            few = names[place : place + TOGETHER]
            values = {name: [VALUES[next(self._turn) % len(VALUES)]] for name in few}
            self.send("get", address, values, ", ".join(few))
        for value in (NUL, WORDS, LONG):
            searched = {name: [value] for name in ("term", "q", "s")}
            self.send("get", address, {**ASKED, **searched}, f"search {value[:30]!r}")

    def forms_of(self, address: str) -> list[PageForm]:
        """Return the forms on a page."""
        return read_forms(self.send("get", address, {}))

    def attack(self, form: PageForm, address: str) -> None:
        """Send a form with bad values in all of its fields, and in one at a time."""
        target = urlsplit(form.action).path if form.action.startswith("/") else address
        for what, fields in self._mutations(form):
            self.send(form.method, target, fields, what)

    def _mutations(self, form: PageForm) -> Iterator[tuple[str, Fields]]:
        """Yield the fields to send, each with a description."""
        managed = {name: values for name, values in form.fields.items() if name.endswith("_FORMS")}
        for round_number in range(ROUNDS):
            bad = {
                name: [VALUES[(place * ROUNDS + round_number) % len(VALUES)]]
                for place, name in enumerate(form.fields)
            }
            yield f"round {round_number}", {**bad, **managed}
        for name in form.fields:
            if (kind := re.sub(r"\d+", "0", f"{form.method} {name}")) not in self._known:
                self._known.add(kind)
                for what, values in self._values_of(form, name):
                    yield what, {**form.fields, name: values}
        for action in form.options.get("action", ()):
            for key, confirmed in ((HUGE, {}), (NUL, {}), ("abc", {}), ("abc", {"post": ["yes"]})):
                chosen = {"action": [action], "_selected_action": [key], **confirmed}
                yield f"{action} of {key!r}", {**form.fields, **chosen}

    def _values_of(self, form: PageForm, name: str) -> Iterator[tuple[str, list[str]]]:
        values = [HUGE, VALUES[next(self._turn) % len(VALUES)], *(JSON_TEXTS if name in form.texts else ())]
        if name.endswith("_FORMS"):
            values = [HUGE, "-1", NUL]
            yield f"without {name}", []
        for value in values:
            yield f"{name}={value[:30]!r}", [value]


def _cause(answer: object) -> str:
    """Return the exception behind a server error, with the places that raised it."""
    kind, error, trace = getattr(answer, "exc_info", None) or (None, None, None)
    frames = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in traceback.extract_tb(trace)]
    return f"{kind and kind.__name__} {str(error)[:120]} at {' '.join(frames[-9:])}"
