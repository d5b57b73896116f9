"""Trees of conditions: who an offer is for, when and where it applies, or who belongs to an audience.

`tree` reads and writes them, `evaluate` asks them, `sentence` says them. Each single condition has one
module in `leaves`, with its type, operators, words and comparison.
"""
