"""Collect a whole snapshot."""

from dataclasses import replace
from datetime import datetime

import msgspec
import numpy as np
from django.conf import settings

from catalog.models import Revision
from catalog.services.tax_mode import shop_tax_mode
from engine.learned.scoring import Scoring
from engine.moments import format_moment, parse_moment
from engine.snapshot.data import LearnedData, Origin, SnapshotData
from offers.models import Generation, Offer
from offers.services.audience.conditions import collect_audiences
from offers.services.collection.campaigns import collect_context, collect_placements, compile_offers
from offers.services.collection.exclusions import collect_exclusions
from offers.services.collection.experiments import collect_experiments
from offers.services.collection.facts import collect_slowness
from offers.services.collection.goods import (
    collect_bundles,
    collect_categories,
    collect_ladders,
    collect_products,
    collect_relations,
)
from offers.services.collection.history import collect_history
from offers.services.collection.labels import collect_labels
from offers.services.collection.learned import collect_partners, collect_popular
from offers.services.collection.prices import in_shop_mode
from offers.services.collection.restraint import collect_restraint
from offers.services.collection.rows import Ints, Rows
from offers.services.collection.rules import collect_rules
from offers.services.collection.sources import collect_offer_sources
from offers.services.collection.traits import collect_traits


def collect_origin(at: datetime) -> Origin:
    """Return what the database holds now: the newest generation and the revisions."""
    generation = newest_generation()
    return Origin(
        built_at=format_moment(at),
        generation_id=generation.pk if generation else None,
        published_at=format_moment(generation.published_at) if generation else None,
        order_count=generation.order_count if generation else 0,
        counted_order_count=generation.counted_order_count if generation else 0,
        revisions=dict(Revision.objects.values_list("domain", "number")),
    )


def newest_generation() -> Generation | None:
    """Return the generation that serves."""
    return Generation.objects.order_by("-pk").first()


def collect_snapshot(origin: Origin) -> SnapshotData:
    """Return all that a decision reads, by a constant number of queries.

    `origin` was read first: what changes while this reads is newer than the revisions it names, so the
    next refresh sees the difference and builds again. What vanished meanwhile is left out.
    """
    category_pks, category_parent = collect_categories()
    catalogue, mode = collect_products(category_pks), shop_tax_mode()
    rows = np.arange(len(catalogue))
    products = replace(catalogue, price_minor=in_shop_mode(catalogue.price_minor, rows, catalogue, mode))
    bundle_rows, bundles = collect_bundles(products.pk)
    placement_rows, placements = collect_placements()
    sources = collect_offer_sources(Offer.objects.all())
    offers = compile_offers(
        sources,
        products=Rows.of(products.pk.tolist()),
        placements=placement_rows,
        bundles=bundle_rows,
    )
    history = collect_history(offers=offers, product_pks=products.pk, at=parse_moment(origin.built_at))
    past_minor = in_shop_mode(history.price_minor, history.product, products, mode)
    exclusions, restrictions = collect_exclusions(products=products.pk, placements=placement_rows)
    return SnapshotData(
        origin=origin,
        products=products,
        category_parent=category_parent,
        learned=collect_learned(origin, product_pks=products.pk, category_pks=category_pks),
        relations=collect_relations(products.pk),
        ladders=collect_ladders(products.pk),
        bundles=bundles,
        placements=placements,
        category_pk=category_pks,
        rules=collect_rules(),
        history=replace(history, price_minor=past_minor),
        restraint=collect_restraint(),
        traits=collect_traits(),
        audiences=collect_audiences(source.tree for source in sources if source.tree is not None),
        labels=collect_labels(source.tree for source in sources if source.tree is not None),
        context=collect_context(),
        zone=settings.TIME_ZONE,
        offers=offers,
        exclusions=exclusions,
        restrictions=restrictions,
        experiments=collect_experiments(),
    )


def collect_learned(origin: Origin, *, product_pks: Ints, category_pks: Ints) -> LearnedData:
    """Return what was learned about these products and categories, primary keys ascending."""
    generation_id = origin.generation_id
    scorings = Generation.objects.filter(pk=generation_id or 0).values_list("scoring", flat=True)
    return LearnedData(
        partners=collect_partners(generation_id, product_pks, order_count=origin.counted_order_count),
        popular=collect_popular(generation_id, category_pks, product_pks),
        slowness=collect_slowness(product_pks),
        scoring=msgspec.convert(scorings.first() or {}, Scoring),
    )
