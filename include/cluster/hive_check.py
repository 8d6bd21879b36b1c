"""Ask the metastore, HiveServer2 or Tez behind it one question; runs in Airflow's environment."""

from __future__ import annotations

import socket
import sys

QUESTIONS = {
    "hiveserver2": "show databases",
    # cannot be answered without a container
    "tez": "select count(*) from (select explode(array(1, 2)) as one) as two_rows",
}


def main(what: str, port: int) -> None:
    """Connect and ask; any error ends the program with its message on standard error."""
    with socket.create_connection(("127.0.0.1", port), timeout=5):
        pass
    if what in QUESTIONS:
        from pyhive import hive  # noqa: PLC0415 - the metastore's check does without

        connection = hive.connect(host="127.0.0.1", port=port, auth="NONE", username="nightscan")
        cursor = connection.cursor()
        cursor.execute(QUESTIONS[what])
        if not cursor.fetchall():
            sys.exit(f"HiveServer2 answers, but {QUESTIONS[what]!r} gave no row")
        connection.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
