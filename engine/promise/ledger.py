"""The refunds of an order in one ledger: for returned units and by amount, never more than was paid.

Refunds for units and refunds by amount are summed separately. So a returned unit is worth its share of the
price whatever was refunded by amount before, until all that was paid has been refunded.

Each refund consists of net and tax. A refund for units is divided as these units are. A refund by amount
belongs to no line, so it is divided as the whole order is: with several tax rates, it contains each of them
in proportion. Net and tax are each limited to what is left of what was paid, so that both add up.

What was paid for shipping includes tax, at a rate that nobody names: it is divided as the goods are, in
proportion to each of their rates. It is refunded by amount, and with the rest of a cancelled order.
"""

from msgspec import Struct

from engine.promise.refunds import Share, share_of


class Ledger(Struct, frozen=True):
    """What was paid and what was refunded so far; `units_minor` is the part refunded for returned units."""

    paid: Share
    refunded: Share = Share(0, 0)
    units_minor: int = 0

    @property
    def left_minor(self) -> int:
        """Return how much can still be refunded."""
        return self.paid.gross_minor - self.refunded.gross_minor

    def due_minor(self, owed_minor: int) -> int:
        """Return what to pay back if this much is owed for all units that came back so far.

        It is 0 if more was refunded for them already.
        """
        return min(max(owed_minor - self.units_minor, 0), self.left_minor)

    @classmethod
    def of(cls, goods: Share, shipping_minor: int) -> "Ledger":
        """Return a new ledger: what was paid for the goods, and for shipping including tax."""
        gross = goods.gross_minor
        tax = share_of(goods.tax_minor, shipping_minor, gross) if gross else 0
        return cls(Share(goods.net_minor + shipping_minor - tax, goods.tax_minor + tax))

    def divide(self, amount_minor: int, *, like: Share) -> Share:
        """Divide a refund of at most `left_minor` into net and tax in the proportion of `like`."""
        whole = like if like.gross_minor else self.paid
        tax = share_of(whole.tax_minor, amount_minor, whole.gross_minor) if whole.gross_minor else 0
        net_left = self.paid.net_minor - self.refunded.net_minor
        tax_left = self.paid.tax_minor - self.refunded.tax_minor
        tax = min(max(tax, amount_minor - net_left), amount_minor, tax_left)
        return Share(amount_minor - tax, tax)
