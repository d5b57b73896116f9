"""Content types that Django can read.

Django decodes query strings and forms with whatever codec of Python a Content-Type names. Some of them raise
errors that Django does not expect, such as `hex`, `idna` or `undefined`, and so do some parameters that are
encoded themselves (RFC 2231).
"""

import re
from functools import lru_cache
from typing import Final

_UTF_8: Final = re.compile(r"charset\s*=\s*\"?utf-?8\"?(?=\s*(?:;|\Z))", re.IGNORECASE)
# It decodes everything; forms and JSON that are declared as Latin-1 are refused.
_OTHER: Final = "charset=iso-8859-1"


@lru_cache(maxsize=64)
def readable_type(content_type: str) -> str:
    """Return a Content-Type that says the same of UTF-8, and Latin-1 in place of any other charset."""
    media_type, _semicolon, parameters = content_type.partition(";")
    others = _UTF_8.sub("", parameters).lower()
    return f"{media_type}; {_OTHER}" if "charset" in others or "*" in others else content_type
