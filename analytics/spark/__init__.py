"""Counting pairs on a cluster, by PySpark: an optional engine for orders that one machine cannot hold.

Spark brings together, for each range of products, the orders that hold any of them; there the same compiled
loops count as on one machine. So the lists are the same, to the last bit. Nothing here knows Django.
"""
