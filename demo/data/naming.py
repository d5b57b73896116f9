"""Readable names from the abbreviations of the data."""

import re
from collections.abc import Callable

import pandas as pd

# The most frequent abbreviations; others stay unchanged.
WORDS = {
    "acc": "accessories", "bev": "beverage", "bkd": "baked", "bn": "bean", "brkfst": "breakfast",
    "cand": "candy", "choc": "chocolate", "chococlate": "chocolate", "ckys": "cookies", "cleang": "cleaning",
    "cndy": "candy", "cntrl": "control", "conc": "concentrate", "crkr": "cracker", "crmd": "creamed",
    "crystl": "crystal", "disposibl": "disposable", "disposible": "disposable", "dnr": "dinner",
    "drnk": "drink", "drnks": "drinks", "drsng": "dressing", "elect": "electrical", "fd": "food",
    "flvrd": "flavoured", "frzn": "frozen", "gm": "general merchandise", "hbc": "health and beauty",
    "jce": "juice", "liq": "liquid", "liqs": "liquids", "misc": "miscellaneous", "mw": "microwave",
    "mx": "mix", "mxs": "mixes", "ndairy": "non-dairy", "nutr": "nutrition", "pckgd": "packaged",
    "pickld": "pickled", "pk": "pack", "pkg": "packaged", "pkgd": "packaged", "pkld": "pickled",
    "pnt": "peanut", "prod": "produce", "ptry": "pastry", "pwdr": "powder", "refrgratd": "refrigerated",
    "refrgerated": "refrigerated", "sald": "salad", "sft": "soft", "shlfsh": "shellfish", "snks": "snacks",
    "sndwch": "sandwich", "snrd": "spread", "specilaty": "specialty", "sply": "supplies",
    "sprd": "spread", "stk": "stick", "suppplies": "supplies", "sup": "supplies", "sweetners": "sweeteners",
    "tiss": "tissue", "trsh": "trash", "veg": "vegetable", "vegt": "vegetable", "whlsm": "wholesome",
    "wtr": "water",
}  # fmt: skip
ABBREVIATIONS = {"bbq": "BBQ", "dvd": "DVD", "tv": "TV", "nz": "NZ"}
# Kinds that are meaningless without their category: "Pasta sauce, premium".
VAGUE_KINDS = {
    "angus", "blends", "choice", "cones", "economy", "enhanced", "entrees", "fresh", "garden plus", "greens",
    "lean", "mainstream", "miscellaneous", "patties", "premium", "premium pints", "pre-cooked", "primal",
    "regular garden", "seasonal", "seasonal miscellaneous", "smoked/cooked", "soup/stew", "special everyday",
    "sticks/enrobed", "traditional", "value",
}  # fmt: skip
SIZE_NOISE = re.compile(r"^(?:AB|N|P|A)\s+(?=\d)")


def readable(texts: pd.Series) -> pd.Series:
    """Return each text in sentence case with abbreviations spelled out; "" if missing."""
    return _translate(texts, _spell_out)


def readable_size(sizes: pd.Series) -> pd.Series:
    """Return readable sizes ("14.5 oz"); "" if missing or not a size."""
    return _translate(sizes, _spell_size)


def product_names(products: pd.DataFrame) -> pd.Series:
    """Return "Kids cereal, 14.5 oz, store brand": the kind, the size and the maker."""
    categories = readable(products["product_category"])
    kinds = kind_names(readable(products["product_type"]), categories)
    kinds = kinds.mask(kinds == "", categories)
    kinds = kinds.mask(kinds == "", readable(products["department"]))
    makers = "maker " + products["manufacturer_id"].astype("str")
    makers = makers.where(products["brand"] != "Private", "store brand")
    parts = zip(kinds, readable_size(products["package_size"]), makers, strict=True)
    return pd.Series([", ".join(part for part in each if part) for each in parts], index=products.index)


def kind_names(kinds: pd.Series, categories: pd.Series) -> pd.Series:
    """Return the kinds, with those of `VAGUE_KINDS` after their category."""
    return kinds.mask(kinds.str.lower().isin(VAGUE_KINDS), categories + ", " + kinds.str.lower())


def _translate(texts: pd.Series, spell: Callable[[str], str]) -> pd.Series:
    """Convert each distinct text once."""
    spelled = {text: spell(text) for text in texts.dropna().unique()}
    return pd.Series([spelled.get(text, "") for text in texts], index=texts.index, dtype="str")


def _spell_out(text: str) -> str:
    separated = re.sub(r"\s*>\s*", " ", text.lower())
    separated = re.sub(r"\s*[:;]\s*", ", ", separated)
    separated = re.sub(r"\s*&\s*", " & ", separated)
    if separated.count("(") > separated.count(")"):
        separated = separated[: separated.rindex("(")]
    words = re.sub(r"[a-z]+", lambda match: _spell_word(match[0]), separated)
    words = re.sub(r"\s+", " ", words).strip(" -,")
    return words[:1].upper() + words[1:]


def _spell_word(word: str) -> str:
    return ABBREVIATIONS.get(word) or WORDS.get(word, word)


def _spell_size(size: str) -> str:
    text = re.sub(r"\s+", " ", SIZE_NOISE.sub("", size.strip())).lower()
    # "973701 PK" is an article number, not a pack size.
    return "" if re.match(r"\d{5,}", text) else text
