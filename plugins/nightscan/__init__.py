"""Airflow side of the imaging pipeline: hooks, triggers, operators, sensors and stages."""
