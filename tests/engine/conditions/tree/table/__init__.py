"""One row for each sentence that conditions can say: what meets it, what does not, and how it is said."""

from tests.engine.conditions.tree.table.cart import CART
from tests.engine.conditions.tree.table.moment import MOMENT
from tests.engine.conditions.tree.table.orders import ORDERS
from tests.engine.conditions.tree.table.page import PAGE
from tests.engine.conditions.tree.table.place import PLACE
from tests.engine.conditions.tree.table.shopper import SHOPPER

ROWS = (*CART, *PAGE, *SHOPPER, *ORDERS, *MOMENT, *PLACE)
