"""Rows about who the shopper is: known, in a segment or an audience, with attributes and answers."""

from tests.engine.conditions.tree.table.row import STRANGER, Row, known, leaf

_ANSWER = {"survey": "taste", "question": "How do you brew?", "values": ["filter"]}
_ANSWERED = {("taste", "How do you brew?"): "filter"}

SHOPPER = (
    Row(leaf("known", "is"), "who are known customers", (known(),), (STRANGER,), False),
    Row(leaf("known", "is_not"), "who are not known customers", (STRANGER,), (known(),), True),
    Row(
        leaf("segment", "is", values=["loyal", "champion"]),
        "in the segment loyal or champion",
        (known(segment="loyal"),),
        (known(segment="lost"), known(), STRANGER),
        "lost",
    ),
    Row(
        leaf("segment", "is_not", values=["lost"]),
        "not in the segment lost",
        (known(segment="loyal"),),
        (known(segment="lost"), known(), STRANGER),
        "lost",
    ),
    Row(
        leaf("audience", "is", audiences=[3]),
        "in the audience Gourmets",
        (known(audiences=frozenset({3, 4})),),
        (known(audiences=frozenset({4})), STRANGER),
        (4,),
    ),
    Row(
        leaf("audience", "is_not", audiences=[3]),
        "not in the audience Gourmets",
        (known(),),
        (known(audiences=frozenset({3})), STRANGER),
        (3,),
    ),
    Row(
        leaf("attribute", "is", name="skin", values=["dry", "mixed"]),
        "whose skin is dry or mixed",
        (known(attributes={"skin": "dry"}), known(attributes={"skin": ("oily", "mixed")})),
        (known(attributes={"skin": "oily"}), known(), STRANGER),
        "oily",
    ),
    Row(
        leaf("attribute", "is", name="vegan", values=["yes"]),
        "whose vegan is yes",
        (known(attributes={"vegan": True}),),
        (known(attributes={"vegan": False}),),
        "no",
    ),
    Row(
        leaf("attribute", "is_not", name="skin", values=["dry"]),
        "whose skin is not dry",
        (known(attributes={"skin": "oily"}),),
        (known(attributes={"skin": ("oily", "dry")}), known(), STRANGER),
        ("oily", "dry"),
    ),
    Row(
        leaf("attribute_number", "at_least", name="children", number=2),
        "whose children is at least 2",
        (known(attributes={"children": 2.0}),),
        (known(attributes={"children": 1}), known(attributes={"children": True}), STRANGER),
        1,
    ),
    Row(
        leaf("attribute_number", "at_most", name="children", number=2),
        "whose children is at most 2",
        (known(attributes={"children": 2}),),
        (known(attributes={"children": 2.5}), known()),
        2.5,
    ),
    Row(
        leaf("attribute_number", "equals", name="children", number=0),
        "whose children is exactly 0",
        (known(attributes={"children": 0}),),
        (known(attributes={"children": 1}), STRANGER),
        1,
    ),
    Row(
        leaf("attribute_date", "from", name="joined", day="2026-01-01"),
        "whose joined is 2026-01-01 or later",
        (known(attributes={"joined": "2026-01-01"}),),
        (known(attributes={"joined": "2025-12-31"}), known(attributes={"joined": "soon"}), STRANGER),
        "2025-12-31",
    ),
    Row(
        leaf("attribute_date", "before", name="joined", day="2026-01-01"),
        "whose joined is before 2026-01-01",
        (known(attributes={"joined": "2025-12-31"}),),
        (known(attributes={"joined": "2026-01-01"}), known()),
        "2026-01-01",
    ),
    Row(
        leaf("answer", "is", **_ANSWER),
        "who answered “How do you brew?” with filter",
        (known(answers=_ANSWERED),),
        (known(answers={("taste", "How do you brew?"): "pod"}), known()),
        "pod",
    ),
    Row(
        leaf("answer", "is_not", **_ANSWER),
        "who did not answer “How do you brew?” with filter",
        (known(answers={("taste", "How do you brew?"): "pod"}),),
        (known(answers=_ANSWERED), known()),
        "filter",
    ),
)
