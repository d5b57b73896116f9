"""Collecting the decision journal: from the files of this host into the database and into Parquet."""
