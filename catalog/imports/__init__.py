"""Read CSV and Parquet files in batches and check their cells; import products from them.

Imports of orders (`checkout.imports`) and the evaluation read their files with the same classes.
"""
