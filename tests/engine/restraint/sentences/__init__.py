"""Every sentence about restraint is a row: what happened, what is asked, and the verdict."""

from tests.engine.restraint.row import Row
from tests.engine.restraint.sentences.answers import ANSWERS
from tests.engine.restraint.sentences.counting import COUNTING
from tests.engine.restraint.sentences.limits import LIMITS

SENTENCES: dict[str, Row] = {**COUNTING, **ANSWERS, **LIMITS}
