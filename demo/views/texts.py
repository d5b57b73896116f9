"""What the page's scripts say, in the language of the page."""

from django.utils.translation import gettext as _


def script_texts() -> dict[str, str]:
    """Return the sentences by the names that the scripts use."""
    return _offer_texts() | _cart_texts() | _checkout_texts() | _shopper_texts() | _fault_texts()


def stop_hints() -> dict[str, str]:
    """Return what there is to see at each kind of stop of the tour."""
    return {
        "ladder": _("a step up"),
        "subscription": _("subscription, three for less"),
        "add_on": _("options with it"),
        "group": _("buy five, get one"),
        "bundle": _("a bundle"),
    }


def shopper_names() -> dict[str, str]:
    """Return under which name one shops in each role; the names are made up, the customers are not."""
    return {
        "regular": _("Yui, who shops most"),
        "choosy": _("Emi, who likes the better one"),
        "thrifty": _("Ken, who minds the price"),
    }


def _offer_texts() -> dict[str, str]:
    return {
        "accept": _("Add"),
        "upgrade": _("Choose this instead"),
        "subscribe": _("Subscribe"),
        "decline": _("No, thank you"),
        "no_offers": _("Nothing to propose here."),
        "next": _("{more} more, and {quantity} cost {total}"),
        "spend": _("{amount} to go"),
        "units": _("{units} more to go"),
        "reached_by": _("Reached with one of these:"),
        "subscription": _("{now} now, {later} from delivery {cycle} on"),
        "interval": _("Every"),
        "days": _("{days} days"),
        "options": _("Choose up to {count}"),
        "saving": _("You save {amount}"),
        "instead": _("Instead of {name}"),
        "hidden": _("You will not see this offer again on this visit."),
    }


def _cart_texts() -> dict[str, str]:
    return {
        "added": _("{name} is in your cart."),
        "remove": _("Remove"),
        "more": _("One more"),
        "less": _("One less"),
        "empty_cart": _("Your cart is empty. Add a product and see what changes."),
        "every": _("every {days} days"),
        "gift": _("A gift"),
        "free": _("free"),
        "subtotal": _("At list prices"),
        "delivery": _("Delivery"),
        "tax": _("Sales tax"),
        "total": _("Total"),
        "held": _("This price holds until {time}."),
        "pricing": _("Working out the price …"),
        "hint_spend": _("{amount} more: {offer}"),
        "hint_units": _("{count} more: {offer}"),
        "hint_options": _("Choose {count} more options: {offer}"),
        "limit_reached": _("Used up: {offer}"),
        "expired": _("Over: {offer}"),
        "not_eligible": _("Does not apply to this cart: {offer}"),
        "reason_customer_needed": _("Only for customers whom the shop knows: {offer}"),
        "reason_audience": _("Not for you: {offer}"),
        "reason_min_subtotal": _("Only for a larger cart: {offer}"),
        "unknown_code": _("No offer knows this code."),
        "drop_code": _("Take the code away"),
    }


def _checkout_texts() -> dict[str, str]:
    return {
        "checkout": _("To the checkout"),
        "order": _("Place the order for {total}"),
        "ordering": _("Placing the order …"),
        "ordered": _("Thank you! Your order {order} is placed."),
        "paid": _("Paid {amount}"),
        "saved": _("{amount} saved"),
        "changed": _("The offer was changed or used up meanwhile. This is the price now."),
    }


def _shopper_texts() -> dict[str, str]:
    return {
        "history": _("{order_count} orders, the last on {last_order}"),
        "due": _("due on {date}, every {interval_days} days"),
        "band": _("Pays {low} to {high} for products like this one; a dearer step up is not proposed."),
    }


def _fault_texts() -> dict[str, str]:
    return {
        "no_key": _("There is no key yet: start the demo with “make demo”."),
        "failed": _("That did not work."),
        "unreachable": _("The shop does not answer."),
        "too_many": _("Too many requests at once. Trying again in {seconds} s."),
        "busy": _("The shop is not ready. Trying again in {seconds} s."),
        "again": _("Try again"),
        "gone": _("No longer sold"),
        "no_results": _("No product found."),
    }
