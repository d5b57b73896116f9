"""The admin of statistics, recompute runs and results."""

from analytics.admin.customer import CustomerAdmin
from analytics.admin.offer import OfferAdmin
from analytics.admin.run import RecomputeRunAdmin

__all__ = ["CustomerAdmin", "OfferAdmin", "RecomputeRunAdmin"]
