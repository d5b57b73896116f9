"""The README's first call with a generated client: it has to pass mypy in strict mode."""

from awase_client import AuthenticatedClient
from awase_client.api.offers import decide_offers
from awase_client.models import CartLine, OffersAnswer, OffersRequest, OtherOffer, QuantityOffer

awase = AuthenticatedClient(base_url="https://offers.shop.example", token="sk_")


def headlines() -> list[str]:
    """Return the headlines of the offers for a cart."""
    body = OffersRequest(placement="cart", cart=[CartLine(sku="880423", quantity=1)], limit=1)
    answer = decide_offers.sync(client=awase, body=body)
    return [offer.headline for offer in answer.offers] if isinstance(answer, OffersAnswer) else []


def hints() -> list[str]:
    """Return what one more unit saves, for the offers of this kind, and the kinds that are not known."""
    answer = decide_offers.sync(client=awase, body=OffersRequest(placement="cart"))
    offers = answer.offers if isinstance(answer, OffersAnswer) else []
    unknown = [offer.kind for offer in offers if isinstance(offer, OtherOffer)]
    return unknown + [offer.next_.gain.amount for offer in offers if isinstance(offer, QuantityOffer)]
