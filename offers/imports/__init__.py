"""Import what the shop knows of its customers from CSV and Parquet files."""
