"""Pass a secret to a MapReduce job by its credentials, the one way that shows in no list of arguments.

The client reads the file that `mapreduce.job.credentials.json` names and adds its secrets to the job's
credentials; YARN brings these to each container beside Hadoop's own tokens. The job's configuration, the
process list and the history hold the file's name only.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from nightscan.operators.program_call import secrets_of

PROPERTY = "mapreduce.job.credentials.json"


@contextmanager
def credentials_file(secrets: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Yield the Hadoop property that passes secrets to a job submitted in the block; {} without secrets.

    The file is readable by this user alone and deleted at the end.

    :param secrets: name in the job's credentials -> Airflow connection whose password it is.
    :raises ConfigurationError: a connection has no password.
    """
    if not secrets:
        yield {}
        return
    found = secrets_of(secrets)
    with tempfile.NamedTemporaryFile("w", prefix="nightscan-", suffix=".json", encoding="utf-8") as file:
        json.dump(found, file)
        file.flush()
        yield {PROPERTY: str(Path(file.name).resolve())}
