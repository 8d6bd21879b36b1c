"""What waits for events outside of Airflow."""
