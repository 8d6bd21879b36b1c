"""Copying files as a MapReduce job."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import JsonValue

from nightscan.errors import BadSettingError
from nightscan.operators.yarn_job import YarnJobOperator


class DistCpOperator(YarnJobOperator):
    """Runs DistCp (`hadoop distcp -async`).

    :param source: URI, or list of URIs, of what is copied. (templated)
    :param target: URI of the folder it is copied to. (templated)
    :param maps: largest number of map tasks.
    :param options: further options of DistCp. (templated)
    """

    template_fields: Sequence[str] = (*YarnJobOperator.template_fields, "source", "target", "options")
    ui_color = "#dce8f2"

    def __init__(
        self,
        *,
        source: str | Sequence[str],
        target: str,
        maps: int = 2,
        options: Sequence[str] = ("-direct",),
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.source: str | Sequence[str] = source
        self.target = target
        self.maps = maps
        self.options: Sequence[str] = list(options)

    def content(self) -> JsonValue:
        """Return source, target and options."""
        return [*self._sources(), self.target, *self.options]

    def command(self, definitions: Sequence[str]) -> list[str]:
        """Return DistCp's arguments; -async returns as soon as the job is accepted."""
        sources = self._sources()
        if not sources or not self.target:
            raise BadSettingError(
                f"{self.task_id}: DistCp needs source and target, got {sources!r} and {self.target!r}"
            )
        return [
            "hadoop", "distcp", *definitions,
            "-async", "-m", str(self.maps), *self.options, *sources, self.target,
        ]  # fmt: skip

    def _sources(self) -> list[str]:
        return [self.source] if isinstance(self.source, str) else [str(each) for each in self.source]
