"""The shopper's answer to a question of a survey is one of the texts, or none of them."""

from collections.abc import Hashable
from typing import ClassVar

import numpy as np

from engine.conditions.circumstances import Circumstances
from engine.conditions.shoppers import Flags, Part, Shoppers
from engine.conditions.tree.leaf import About, Field, Leaf, LookedAt, Name, Text, Texts, Wanted
from engine.conditions.tree.operators import IS, NEGATED
from engine.conditions.tree.say import Say
from engine.wording import gettext_noop


class AnswerLeaf(Leaf, frozen=True, tag="answer"):
    """The answer to a question is, or is not, one of the texts."""

    type: ClassVar[str] = "answer"
    label: ClassVar[str] = gettext_noop("Survey answer")
    about: ClassVar[About] = "shopper"
    parts: ClassVar[tuple[Part, ...]] = ("answers",)
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
        return self.meets(self.seen(circumstances))

    def meets(self, answer: str | None) -> bool:
        """Return whether it is, or is not, one of the texts; None is no answer."""
        return answer is not None and (answer in self.values) != (self.op in NEGATED)

    def among(self, shoppers: Shoppers) -> Flags:
        """Return who gave an answer that is, or is not, one of the texts."""
        asked = self.survey, self.question
        answers = (given.get(asked) for given in shoppers.answers)
        return np.fromiter(map(self.meets, answers), np.bool_, len(shoppers))

    def seen(self, circumstances: Circumstances) -> str | None:
        """Return the answer, None without one."""
        shopper = circumstances.shopper
        return None if shopper is None else shopper.answers.get((self.survey, self.question))

    @classmethod
    def facts(cls, circumstances: Circumstances) -> Hashable:
        """Return all answers."""
        shopper = circumstances.shopper
        return None if shopper is None else frozenset(shopper.answers.items())

    def wanted(self) -> Wanted:
        """Return the question with each of the texts; there must be an answer."""
        keys = tuple((self.survey, self.question, value) for value in self.values)
        return Wanted(keys, is_negated=self.op in NEGATED, needs=(self.survey, self.question))

    @classmethod
    def looked_at(cls, circumstances: Circumstances) -> LookedAt:
        """Return the questions that were answered, and each with its answer."""
        answers = {} if circumstances.shopper is None else circumstances.shopper.answers
        asked: LookedAt = [(question, 0) for question in answers]
        return [*asked, *(((*question, answer), 0) for question, answer in answers.items())]

    def sentence(self, say: Say) -> str:
        """Return the condition in words."""
        if self.op in NEGATED:
            message, values = gettext_noop("who did not answer “%(question)s” with %(values)s"), say.neither
        else:
            message, values = gettext_noop("who answered “%(question)s” with %(values)s"), say.either
        return say.text(message, question=self.question, values=values(self.values))

    def names(self) -> frozenset[Name]:
        """Return the survey."""
        return frozenset([Name("survey", self.survey)])
