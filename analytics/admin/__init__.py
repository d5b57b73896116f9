"""The admin of statistics, recompute runs and results."""

from analytics.admin.customer import CustomerAdmin
from analytics.admin.experiment import ExperimentAdmin, HoldoutAdmin
from analytics.admin.offer import OfferAdmin
from analytics.admin.run import RecomputeRunAdmin

__all__ = ["CustomerAdmin", "ExperimentAdmin", "HoldoutAdmin", "OfferAdmin", "RecomputeRunAdmin"]
