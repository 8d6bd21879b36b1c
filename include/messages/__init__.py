"""What Airflow's stages and the programs of jobs say to each other: a frozen, strict model a message."""
