"""The shopper's answer to a question of a survey is one of the texts, or none of them."""

from collections.abc import Hashable
from typing import ClassVar

from engine.conditions.circumstances import Circumstances
from engine.conditions.tree.leaf import About, Field, Leaf, Name, Text, Texts
from engine.conditions.tree.operators import IS, NEGATED
from engine.conditions.tree.say import Say
from engine.wording import gettext_noop


class AnswerLeaf(Leaf, frozen=True, tag="answer"):
    """The answer to a question is, or is not, one of the texts."""

    type: ClassVar[str] = "answer"
    label: ClassVar[str] = gettext_noop("Survey answer")
    about: ClassVar[About] = "shopper"
    operators: ClassVar[tuple[str, ...]] = IS
    fields: ClassVar[tuple[Field, ...]] = (
        Field("survey", "survey"),
        Field("question", "question"),
        Field("values", "texts"),
    )

    survey: Text
    question: Text
    values: Texts

    def holds(self, circumstances: Circumstances) -> bool:
        """Return whether there is an answer, and it is, or is not, one of the texts."""
        answer = self.seen(circumstances)
        return answer is not None and (answer in self.values) != (self.op in NEGATED)

    def seen(self, circumstances: Circumstances) -> str | None:
        """Return the answer, None without one."""
        shopper = circumstances.shopper
        return None if shopper is None else shopper.answers.get((self.survey, self.question))

    @classmethod
    def facts(cls, circumstances: Circumstances) -> Hashable:
        """Return all answers."""
        shopper = circumstances.shopper
        return None if shopper is None else frozenset(shopper.answers.items())

    def sentence(self, say: Say) -> str:
        """Return the condition in words."""
        message = (
            gettext_noop("who did not answer “%(question)s” with %(values)s")
            if self.op in NEGATED
            else gettext_noop("who answered “%(question)s” with %(values)s")
        )
        return say.text(message, question=self.question, values=say.either(self.values))

    def names(self) -> frozenset[Name]:
        """Return the survey."""
        return frozenset([Name("survey", self.survey)])
