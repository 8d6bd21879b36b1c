"""Ask HiveServer2, or Tez behind it, one question; runs in Airflow's environment, which has the client."""

from __future__ import annotations

import sys

from pyhive import hive

QUESTIONS = {
    "databases": "show databases",
    # cannot be answered without a container
    "tez": "select count(*) from (select explode(array(1, 2)) as one) as two_rows",
}


def main(question: str, port: int) -> None:
    """Ask; any error ends the program with its message as the last line of standard error."""
    connection = hive.connect(host="127.0.0.1", port=port, auth="NONE", username="nightscan")
    cursor = connection.cursor()
    cursor.execute(QUESTIONS[question])
    if not cursor.fetchall():
        sys.exit(f"{QUESTIONS[question]!r} gave no row")
    cursor.close()
    connection.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
