"""Products: the shop's own system sends its catalogue."""

from collections import Counter
from typing import Final

import msgspec
from django.http import HttpResponse
from django.utils.timezone import now
from rest_framework.request import Request

from catalog.services.product import Outcome, ProductInput, upsert_products
from gateway.api.openapi import describe
from gateway.api.problems import ProblemError
from gateway.api.reader import decode
from gateway.api.views import ApiView, answer
from offers.api.shapes.product import (
    ProductAnswer,
    ProductItem,
    ProductsAnswer,
    ProductsRequest,
    RawProducts,
)

_batch_decoder: Final = msgspec.json.Decoder(RawProducts)
_item_decoder: Final = msgspec.json.Decoder(ProductItem)


class ProductsView(ApiView):
    """Create and change products in bulk."""

    max_body_bytes = 2_097_152

    @describe(
        "upsert_products",
        "Create or change products",
        body=ProductsRequest,
        answers={200: ProductsAnswer},
        problems=(400, 401, 403, 411, 413, 415, 429, 503),
    )
    def post(self, request: Request) -> HttpResponse:
        """Upsert by SKU, with a verdict for each product."""
        batch = self.read(request, _batch_decoder)
        items: dict[int, ProductInput] = {}
        verdicts: dict[int, ProductAnswer] = {}
        for index, raw in enumerate(batch.products):
            try:
                items[index] = decode(raw, _item_decoder)
            except ProblemError as problem:
                verdicts[index] = ProductAnswer(index, _sku_in(raw), Outcome.REJECTED, problem.errors)
        answers = upsert_products(items=list(items.values()), at=now()) if items else []
        for index, verdict in zip(items, answers, strict=True):
            verdicts[index] = ProductAnswer(index, verdict.sku, verdict.outcome, list(verdict.errors))
        counts = Counter(verdict.outcome for verdict in verdicts.values())
        return answer(
            ProductsAnswer(
                created=counts[Outcome.CREATED],
                updated=counts[Outcome.UPDATED],
                unchanged=counts[Outcome.UNCHANGED],
                rejected=counts[Outcome.REJECTED],
                products=[verdicts[index] for index in sorted(verdicts)],
            )
        )


def _sku_in(raw: msgspec.Raw) -> str:
    """Return the SKU of a product that is otherwise wrong, so that its sender finds it."""
    try:
        item = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    sku = item.get("sku") if isinstance(item, dict) else None
    return sku[:64] if isinstance(sku, str) else ""
