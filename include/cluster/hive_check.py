"""Ask the metastore or HiveServer2 one question; run by Airflow's Python, which has the client."""

from __future__ import annotations

import socket
import sys


def main(what: str, port: int) -> None:
    """Connect and ask; any error ends the program with its message on standard error."""
    with socket.create_connection(("127.0.0.1", port), timeout=5):
        pass
    if what == "hiveserver2":
        from pyhive import hive  # noqa: PLC0415 - the metastore's check does without

        connection = hive.connect(host="127.0.0.1", port=port, auth="NONE", username="nightscan")
        cursor = connection.cursor()
        cursor.execute("show databases")
        if not cursor.fetchall():
            sys.exit("HiveServer2 answers, but lists no database")
        connection.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
