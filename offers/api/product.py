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
from offers.api.shapes.examples import PRODUCTS_ANSWER, PRODUCTS_REQUEST
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
    """Create and update products in bulk."""

    max_body_bytes = 2_097_152

    @describe(
        "upsert_products",
        "Create or update products",
        tag="Products",
        body=ProductsRequest,
        example=PRODUCTS_REQUEST,
        answers={200: ProductsAnswer},
        answer_examples={"answer": PRODUCTS_ANSWER},
        problems=(400, 401, 403, 411, 413, 415, 429, 503),
    )
    def post(self, request: Request) -> HttpResponse:
        """Create or update products by SKU, with a result for each."""
        batch = self.read(request, _batch_decoder)
        items: dict[int, ProductInput] = {}
        results: dict[int, ProductAnswer] = {}
        for index, raw in enumerate(batch.products):
            try:
                items[index] = decode(raw, _item_decoder)
            except ProblemError as problem:
                results[index] = ProductAnswer(index, _sku_in(raw), Outcome.REJECTED, problem.errors)
        answers = upsert_products(items=list(items.values()), at=now()) if items else []
        for index, result in zip(items, answers, strict=True):
            results[index] = ProductAnswer(index, result.sku, result.outcome, list(result.errors))
        counts = Counter(result.outcome for result in results.values())
        return answer(
            ProductsAnswer(
                created=counts[Outcome.CREATED],
                updated=counts[Outcome.UPDATED],
                unchanged=counts[Outcome.UNCHANGED],
                rejected=counts[Outcome.REJECTED],
                products=[results[index] for index in sorted(results)],
            )
        )


def _sku_in(raw: msgspec.Raw) -> str:
    """Return the SKU of an invalid product, so that the sender can find it."""
    try:
        item = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    sku = item.get("sku") if isinstance(item, dict) else None
    return sku[:64] if isinstance(sku, str) else ""
