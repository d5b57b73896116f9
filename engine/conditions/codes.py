"""Promotion codes: written in many ways, compared in one."""

import unicodedata


def normalize_code(code: str) -> str:
    """Return the code as it is kept and compared: NFKC, upper case, no space at either end.

    "ａｂｃ-10 " and "ABC-10" are the same code.
    """
    return unicodedata.normalize("NFKC", code).strip().upper()
