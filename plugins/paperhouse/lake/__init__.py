"""The lake target: what is published lives in DuckLake, its catalog in Postgres, its rows in Parquet files."""
