"""Count pairs on a cluster with PySpark: an optional engine for more orders than one machine can hold.

Spark collects, for each range of products, the orders that contain any of them, and counts them with the
same compiled loops as on one machine. The results are identical, bit by bit. Nothing here uses Django.
"""
