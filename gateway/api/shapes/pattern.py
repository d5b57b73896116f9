r"""Patterns of texts, each with the sentence that says in words what it asks for.

Callers read the sentence, in the OpenAPI document and in errors, and never need to read the pattern.
Patterns have no look-aheads, which not every client's regular expressions know. They end with `\Z`, the end
of the text in Python; the document writes it as ECMA-262 does (`ecma_pattern`).
"""

from typing import Any, Final

import msgspec

_END: Final = r"\Z"
# The pattern, as msgspec quotes it in its errors → the sentence.
_sentences: Final[dict[str, str]] = {}


def text_of(pattern: str, sentence: str, description: str = "") -> msgspec.Meta:
    """Return the constraint of a text. `description` says what the text is, `sentence` how it is written."""
    if _sentences.setdefault(repr(pattern), sentence) != sentence:
        raise ValueError(f"The pattern {pattern!r} has two sentences.")
    return msgspec.Meta(pattern=pattern, description=f"{description} {sentence}".strip())


def sentence_of(message: str) -> str | None:
    """Return the sentence of the pattern that a message of msgspec quotes, None if it quotes none."""
    _, is_quoted, pattern = message.partition("Expected `str` matching regex ")
    return _sentences.get(pattern) if is_quoted else None


def ecma_pattern(pattern: str) -> str:
    """Return the pattern for the OpenAPI document: `$` is the end of the text in ECMA-262, not in Python."""
    return f"{pattern.removesuffix(_END)}$" if pattern.endswith(_END) else pattern


def with_ecma_patterns(schema: Any) -> Any:
    """Return a schema with all its patterns as ECMA-262 writes them."""
    if isinstance(schema, list):
        return [with_ecma_patterns(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: ecma_pattern(value) if key == "pattern" and isinstance(value, str) else with_ecma_patterns(value)
        for key, value in schema.items()
    }
