"""Restraint: what a shopper has seen and answered, and what is therefore not shown to them now.

`ledger` keeps what happened, one compact value per person. `policy` says what follows from it, `quiet` when a
channel stays silent, and `restrain` evaluates both in one pass over the ledger. `verdict` answers for one
candidate. Nothing here reads a clock, a database or a setting.
"""

from engine.restraint.consent import Consent, consent_of
from engine.restraint.directory import Directory
from engine.restraint.entry import LedgerEntry
from engine.restraint.ledger import RestraintLedger
from engine.restraint.policy import Policies, Policy, ShownCap
from engine.restraint.quiet import QuietHours
from engine.restraint.restrain import Restraint, restrain
from engine.restraint.verdict import Allow, Drop, Hold, RestrainedCandidate, Verdict, verdict

__all__ = [
    "Allow",
    "Consent",
    "Directory",
    "Drop",
    "Hold",
    "LedgerEntry",
    "Policies",
    "Policy",
    "QuietHours",
    "RestrainedCandidate",
    "Restraint",
    "RestraintLedger",
    "ShownCap",
    "Verdict",
    "consent_of",
    "restrain",
    "verdict",
]
