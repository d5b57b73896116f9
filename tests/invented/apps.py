"""Case prices: whole cases cost less."""

from offers.kinds.config import KindConfig


class CaseConfig(KindConfig):
    """Installs the kind."""

    name = "tests.invented"
    label = "invented"
    code = "case"
    verbose_name = "case price"
