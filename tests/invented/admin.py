"""The page of case prices."""

from typing import Any

from django.contrib import admin

from engine.pricing import PricingOffer
from offers.admin.example.answer import KindExample
from offers.admin.example.scenario import Scenario, line, units
from offers.admin.kinds.base import KindAdmin
from offers.admin.kinds.fieldsets import fieldsets_of
from offers.admin.kinds.rows import CodeInline, VersionInline
from offers.services.samples import SampleProducts
from offers.services.source import OfferSource
from tests.invented.models import CaseOffer


def scenarios(source: OfferSource[Any], offer: PricingOffer, samples: SampleProducts) -> list[Scenario]:
    """Return one case, and a unit more."""
    del offer
    product, size = samples.take(source.triggers)[0], source.own.case_size
    return [
        Scenario(units(product, count), (line(product, count),), is_lead=count == size)
        for count in (size, size + 1)
    ]


@admin.register(CaseOffer)
class CaseAdmin(KindAdmin):
    """Case prices."""

    kind = "case"
    example = KindExample(scenarios, rows_continue=True, rows_count_units=True)
    inlines = (CodeInline, VersionInline)
    fieldsets = fieldsets_of(
        ("Which cases", ("trigger_products", "case_size", ("benefit_kind", "benefit_value", "currency"))),
    )
