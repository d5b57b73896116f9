"""Convert the cells of a customer's row to the input of an update.

The header names what a column holds: `attribute.skin_type`, `answer.spring.how-often` (survey and question),
`consent.marketing` or `consent.marketing.email` (purpose and channel). A row has one inquiry at most. A cell
that is not valid is passed on as it is: the update refuses it with the same reason as the API.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext as _
from msgspec import Struct

from catalog.imports.rejects import ImportFileError
from engine.moments import parse_moment
from offers.models import ALL_CHANNELS, AttributeType
from offers.services.customer_attributes import Declared
from offers.services.customer_input import AnswerInput, ConsentInput, CustomerInput, InquiryInput

REQUIRED: Final = ("customer_id",)
# The columns of an inquiry, by its fields.
_INQUIRY: Final = {
    "id": "inquiry_id",
    "topic": "inquiry_topic",
    "opened_at": "opened_at",
    "closed_at": "closed_at",
}
_SHARED: Final = ("answered_at", "stated_at", "source", "wording", "page")
OPTIONAL: Final = (*_SHARED, *_INQUIRY.values())
ATTRIBUTE, ANSWER, CONSENT = PREFIXES = ("attribute.", "answer.", "consent.")
_ANSWER_PARTS: Final = 2
# Between the choices of a list.
LIST_SEPARATOR: Final = "|"
_NUMBER: Final = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")
_FLAGS: Final = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}

Cells = Mapping[str, str]


class CustomerColumns(Struct, frozen=True):
    """The columns of a file: their headers, by what they hold."""

    attributes: dict[str, str]  # code → header
    answers: dict[tuple[str, str], str]  # survey and question → header
    consents: dict[tuple[str, str], str]  # purpose and channel → header

    def column_of(self, pointer: str, cells: Cells) -> str:
        """Return the header of the column that an error of an update is about."""
        kind, *rest = pointer.strip("/").split("/")
        if kind == "attributes":
            return self.attributes.get(rest[0], "")
        if kind == "inquiries":
            return _INQUIRY[rest[1]]
        if kind in ("answers", "consents"):
            place, field = rest
            if field in _SHARED:
                return field
            headers = self.answers if kind == "answers" else self.consents
            return _filled(headers, cells)[int(place)][1]
        return REQUIRED[0]


def read_columns(path: Path, headers: Iterable[str], declared: Declared) -> CustomerColumns:
    """Return the columns of a file; raise ImportFileError for one that is not declared or cannot be read."""
    columns = CustomerColumns({}, {}, {})
    for header in headers:
        prefix = next((prefix for prefix in PREFIXES if header.startswith(prefix)), "")
        name = header.removeprefix(prefix)
        parts = tuple(name.split("."))
        if prefix == ATTRIBUTE:
            if name not in declared:
                detail = _("%(path)s: no active attribute has the code of the column %(column)s.")
                raise ImportFileError(detail % {"path": path, "column": header})
            columns.attributes[name] = header
        elif prefix == ANSWER:
            if len(parts) != _ANSWER_PARTS:
                detail = _("%(path)s: the column %(column)s must name a survey and a question.")
                raise ImportFileError(detail % {"path": path, "column": header})
            columns.answers[parts[0], parts[1]] = header
        elif prefix == CONSENT:
            purpose, _dot, channel = name.partition(".")
            named = (purpose, channel or ALL_CHANNELS)
            if named in columns.consents:
                detail = _("%(path)s has duplicate columns: %(names)s.")
                both = f"{columns.consents[named]}, {header}"
                raise ImportFileError(detail % {"path": path, "names": both})
            columns.consents[named] = header
    return columns


def read_customer(
    cells: Cells, columns: CustomerColumns, declared: Declared, *, at: datetime
) -> CustomerInput:
    """Return the input for a row; empty cells change nothing. Without a time, it is that of the import."""
    answered_at, stated_at = (_moment(cells.get(name, ""), at) for name in ("answered_at", "stated_at"))
    return CustomerInput(
        id=cells["customer_id"],
        attributes={
            code: _VALUES.get(declared[code].type, _text)(cells[header])
            for code, header in columns.attributes.items()
            if cells[header]
        },
        answers=tuple(
            AnswerInput(survey=survey, question=question, answer=cells[header], answered_at=answered_at)
            for (survey, question), header in _filled(columns.answers, cells)
        ),
        inquiries=_inquiries(cells, at),
        consents=tuple(
            ConsentInput(
                purpose=purpose,
                channel=channel,
                granted=_flag(cells[header]),
                source=cells.get("source", ""),
                wording=cells.get("wording", ""),
                page=cells.get("page", ""),
                stated_at=stated_at,
            )
            for (purpose, channel), header in _filled(columns.consents, cells)
        ),
    )


def _inquiries(cells: Cells, at: datetime) -> tuple[InquiryInput, ...]:
    """Return the inquiry of a row that fills one of its columns."""
    filled = {name: cells.get(header, "") for name, header in _INQUIRY.items()}
    if not any(filled.values()):
        return ()
    closed_at = _moment(filled["closed_at"], at) if filled["closed_at"] else None
    opened_at = _moment(filled["opened_at"], at)
    return (InquiryInput(id=filled["id"], topic=filled["topic"], opened_at=opened_at, closed_at=closed_at),)


def _filled(headers: Mapping[tuple[str, str], str], cells: Cells) -> list[tuple[tuple[str, str], str]]:
    return [(names, header) for names, header in headers.items() if cells[header]]


def _moment(cell: str, at: datetime) -> Any:
    try:
        return parse_moment(cell, zone=get_default_timezone()) if cell else at
    except (ValueError, OverflowError):
        return cell


def _text(cell: str) -> Any:
    return cell


def _number(cell: str) -> Any:
    if not _NUMBER.fullmatch(cell.strip()):
        return cell
    return float(cell) if "." in cell else int(cell)


def _flag(cell: str) -> Any:
    return _FLAGS.get(cell.strip().lower(), cell)


def _list(cell: str) -> Any:
    return [part.strip() for part in cell.split(LIST_SEPARATOR)]


_VALUES: Final[Mapping[str, Callable[[str], Any]]] = {
    AttributeType.NUMBER: _number,
    AttributeType.YES_NO: _flag,
    AttributeType.LIST: _list,
}
