"""Trees of conditions: for whom, when and where an offer applies, or who belongs to an audience.

`tree` reads and writes them, `evaluate` asks them, `sentence` says them. Each single condition has one
module in `leaves`, with its type, operators, words and comparison.
"""
