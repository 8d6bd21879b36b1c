"""The night on this machine: land the data, let Airflow run both DAGs, show what came of it."""
