"""What Airflow's stages and the programs exchange: a frozen, strict model a message."""
