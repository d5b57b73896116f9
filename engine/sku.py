"""What a SKU is: the one definition for models, imports, decisions and the API. Knows no Django."""

import re
import unicodedata
from typing import Final

SKU_MAX_LENGTH: Final = 64
# Every SKU must fit a URL path segment and a CSV cell: no control character, no white space inside.
# In ECMA-262, as the OpenAPI document writes patterns: Python's `$` would let a newline through.
SKU_PATTERN: Final = r"^[^\s\x00-\x1f\x7f-\x9f\u2028\u2029]{1,64}$"

# Lone surrogates are possible in Python only, not in JSON.
_SKU = re.compile(r"[^\s\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]{1,64}")
_FORMAT = "Cf"  # Unicode's category of zero-width spaces, joiners, directions and soft hyphens


def normalize_sku(sku: str) -> str:
    """Return the form under which a SKU is stored and looked up: NFKC, no outer white space.

    Full-width "ＡＢ－１" and "AB-1" are the same SKU; upper and lower case are not.
    """
    return unicodedata.normalize("NFKC", sku).strip()


def is_sku(normalized: str) -> bool:
    """Tell whether a normalised text can be a SKU.

    Beyond SKU_PATTERN it has no invisible format character: two SKUs that look alike would differ.
    """
    return bool(_SKU.fullmatch(normalized)) and all(
        unicodedata.category(char) != _FORMAT for char in normalized
    )
