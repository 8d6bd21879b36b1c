"""A secret on its way into a streaming job: in a file while the client submits, and nowhere else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk.exceptions import TaskDeferred

from nightscan.errors import CommandFailedError, ConfigurationError
from nightscan.hooks.process import CommandResult
from nightscan.operators.job_credentials import PROPERTY, credentials_file
from nightscan.operators.streaming import HadoopStreamingOperator

SECRET = "hunter2 of the site"
NAMES = {"site.key": "site_key"}

MakeContext = Callable[..., dict[str, Any]]


class FakeCli:
    """A client that reads the credentials file as Hadoop does, and gets its application accepted."""

    def __init__(self, yarn: Any, code: int = 0) -> None:
        self.yarn, self.code = yarn, code
        self.argv: list[str] = []
        self.read: dict[str, str] = {}
        self.mode = 0
        self.path = Path()

    def run(self, argv: list[str], *, timeout_s: float) -> CommandResult:
        self.argv = argv
        options = dict(option.split("=", 1) for option in argv if "=" in option)
        self.path = Path(options[PROPERTY])
        self.read, self.mode = json.loads(self.path.read_text()), self.path.stat().st_mode & 0o777
        if self.code:
            raise CommandFailedError("mapred streaming", "ended with exit code 1", code=1)
        self.yarn.add(options["mapreduce.job.tags"])
        return CommandResult(0, 1.0, (), "")


def streaming(cli: FakeCli, **fields: Any) -> HadoopStreamingOperator:
    made = HadoopStreamingOperator(
        task_id="job", manifest="/m", output_dir="/w/out", mapper="python3 -m m", secrets=NAMES, **fields
    )
    made.__dict__["cli"] = cli
    made.__dict__["hdfs"] = type("Hdfs", (), {"delete": lambda *_, **__: False})()
    return made


def test_the_client_reads_the_secret_from_a_file_of_this_user_alone(
    yarn: Any, context: MakeContext, connect: Any
) -> None:
    connect("site_key", password=SECRET)
    cli = FakeCli(yarn)
    operator = streaming(cli, definitions={"x": "1"})
    attempt = context()
    with pytest.raises(TaskDeferred) as deferral:
        operator.execute(attempt)
    assert cli.read == {"site.key": SECRET}
    assert cli.mode == 0o600
    assert not cli.path.exists()
    seen = [cli.argv, deferral.value.kwargs, deferral.value.trigger.serialize()]
    seen += [attempt["task_state_store"], attempt["ti"].pushed, operator.content(), operator.definitions]
    assert SECRET not in json.dumps(seen, default=str)
    assert operator.definitions == {"x": "1"}
    assert "secrets" not in operator.template_fields


def test_the_file_is_gone_when_the_client_fails(yarn: Any, context: MakeContext, connect: Any) -> None:
    connect("site_key", password=SECRET)
    cli = FakeCli(yarn, code=1)
    with pytest.raises(CommandFailedError) as caught:
        streaming(cli).execute(context())
    assert cli.read
    assert not cli.path.exists()
    assert SECRET not in str(caught.value)


def test_a_connection_without_a_password_submits_nothing(
    yarn: Any, context: MakeContext, connect: Any
) -> None:
    connect("site_key", host="h")
    cli = FakeCli(yarn)
    with pytest.raises(ConfigurationError, match="site_key has no password"):
        streaming(cli).execute(context())
    assert cli.argv == []


def test_a_job_without_secrets_has_no_such_property() -> None:
    with credentials_file({}) as handed:
        assert handed == {}
