"""Call one of the job programs from here, in Airflow's environment: JSON in, JSON out.

Here is nothing but the standard library, so no models: the program itself holds the request that it gets and
the result that it prints against the models of `messages`.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from typing import Any

from cluster.layout import Layout
from night.errors import NightError


def run_program(layout: Layout, program: str, request: Mapping[str, Any]) -> dict[str, Any]:
    """Run `python -m PROGRAM` and return its result.

    :raises NightError: when it refused its input, with its own message and remedy, or crashed
    """
    done = subprocess.run(
        [str(layout.airflow_venv / "bin" / "python"), "-m", program],
        input=json.dumps(request),
        text=True,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(layout.checkout / "include")},
        check=False,
    )
    lines = done.stdout.splitlines()
    answer = json.loads(lines[-1]) if lines else {"error": f"{program} failed"}
    if "error" in answer and done.returncode:
        raise NightError(f"{answer['error']}; {answer.get('remedy', 'see the lines above')}")
    return dict(answer)
