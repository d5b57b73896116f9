"""The kinds of offer that are part of the product: not the one that the tests install besides."""

from offers.kinds.config import installed_kinds

SHIPPED = [kind.code for kind in installed_kinds() if kind.name.startswith("offers.")]
