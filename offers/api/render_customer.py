"""Render what is stored of a customer."""

from collections.abc import Mapping
from typing import Any

from msgspec import UNSET

from gateway.api.render import moment
from offers.api.shapes.customer import ActAnswer, AnswerAnswer, ConsentAnswer, InquiryAnswer
from offers.services.behaviour.view import StoredAct
from offers.services.customer_view import StoredCustomer


def customer_fields(stored: StoredCustomer) -> dict[str, Any]:
    """Return the fields of a `CustomerAnswer`."""
    return {
        "id": stored.external_id,
        "merged_ids": list(stored.merged_ids),
        "created_at": moment(stored.created_at),
        "attributes": stored.attributes,
        "answers": [
            AnswerAnswer(row["survey"], row["question"], row["answer"], moment(row["answered_at"]))
            for row in stored.answers
        ],
        "inquiries": [_inquiry(row) for row in stored.inquiries],
        "consents": [_consent(row) for row in stored.consents],
        "in_force": stored.consents_now,
        "behaviour": [_act(act) for act in stored.behaviour],
    }


def _inquiry(row: Mapping[str, Any]) -> InquiryAnswer:
    return InquiryAnswer(
        id=row["external_id"],
        topic=row["topic"],
        opened_at=moment(row["opened_at"]),
        closed_at=moment(row["closed_at"]) if row["closed_at"] else None,
        changed_at=moment(row["changed_at"]),
    )


def _consent(row: Mapping[str, Any]) -> ConsentAnswer:
    return ConsentAnswer(
        purpose=row["purpose"],
        channel=row["channel"],
        granted=row["is_granted"],
        source=row["source"],
        wording=row["wording"],
        page=row["page"],
        stated_at=moment(row["stated_at"]),
    )


def _act(act: StoredAct) -> ActAnswer:
    return ActAnswer(
        type=act.type,
        last_at=moment(act.at),
        count=act.count,
        sku=act.sku or UNSET,
        category=act.category or UNSET,
        text=act.text or UNSET,
    )
