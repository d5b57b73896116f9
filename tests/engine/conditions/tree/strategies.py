"""Random condition trees, over few values, so that many hold and many do not."""

from typing import Any

from hypothesis import strategies as st

from engine.conditions.tree.leaves import LEAVES

DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
TEXTS = {
    "segment": ["loyal", "lost"],
    "placement": ["page", "cart"],
    "channel": ["web", "line"],
    "locale": ["ja", "en", "en-gb"],
    "country": ["JP", "DE"],
    "currency": ["JPY", "USD"],
}
_times = st.sampled_from(["00:00", "01:30", "02:00", "02:30", "03:00", "12:00", "23:59"])
_amounts = {"minor": st.sampled_from([0, 499, 500, 501, 1000, 2000]), "currency": st.just("JPY")}


def _some(values: list[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True)


def _fields(products: list[int], categories: list[int]) -> dict[str, st.SearchStrategy[Any]]:
    """Return random values of each field, by its name."""
    return {
        **_amounts,
        "count": st.integers(0, 3),
        "days": st.integers(1, 3),
        "products": _some(products),
        "categories": _some(categories),
        "brands": _some(["Kobo", "Other"]),
        "audiences": _some([1, 2]),
        "name": st.sampled_from(["roast", "skin", "payment"]),
        "values": _some(["dark", "light", "yes"]),
        "number": st.integers(0, 2),
        "day": st.sampled_from(["2026-03-29", "2026-10-25"]),
        "country": st.sampled_from(["JP", "DE"]),
        "survey": st.just("taste"),
        "question": st.just("q"),
        "from_minor": st.sampled_from([None, 500]),
        "to_minor": st.sampled_from([500, 1000]),
        "from": st.sampled_from(["2026-03-29", "2026-10-01"]),
        "to": st.sampled_from(["2026-10-25", "2026-12-31"]),
    }


def leaves(
    products: list[int], categories: list[int], *, types: list[str] | None = None
) -> st.SearchStrategy[dict[str, Any]]:
    """Return random single conditions as JSON; ids are primary keys."""
    fields = _fields(products, categories)
    chosen = [(name, operator) for name in types or LEAVES for operator in LEAVES[name].operators]
    return st.sampled_from(chosen).flatmap(lambda one: _leaf(*one, fields))


def _leaf(name: str, operator: str, fields: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    own = {field.name: fields[field.name] for field in LEAVES[name].fields if field.belongs_to(operator)}
    if name in TEXTS:
        own["values"] = _some(TEXTS[name])
    elif name == "weekday":
        own["days"] = _some(DAYS)
    elif name == "hours":
        times = st.lists(_times, min_size=2, max_size=2, unique=True)
        return times.map(lambda two: {"type": name, "op": operator, "from": two[0], "to": two[1]})
    return st.fixed_dictionaries({"type": st.just(name), "op": st.just(operator), **own}).map(_without_none)


def _without_none(leaf: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in leaf.items() if value is not None}


def trees(
    products: list[int], categories: list[int], *, types: list[str] | None = None
) -> st.SearchStrategy[dict[str, Any]]:
    """Return random trees as JSON."""
    matches = st.sampled_from(["all", "all", "any", "none"])
    one = leaves(products, categories, types=types)
    group = st.fixed_dictionaries({"match": matches, "nodes": st.lists(one, min_size=1, max_size=3)})
    nodes = st.lists(st.one_of(one, one, group), min_size=1, max_size=3)
    return st.fixed_dictionaries({"version": st.just(1), "match": matches, "nodes": nodes})
