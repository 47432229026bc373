"""Running Airflow on one machine, and what its tasks do."""
