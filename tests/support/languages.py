"""The languages of the admin."""

import pytest

# The text of a page depends on the language, its queries do not: the second database needs one language only.
in_both_languages = pytest.mark.parametrize(
    "language", ["en", pytest.param("ja", marks=pytest.mark.any_database)]
)
