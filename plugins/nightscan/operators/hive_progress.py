"""Progress of a Hive script: what survives a worker, a triggerer and a retry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import JsonValue

if TYPE_CHECKING:
    from nightscan.hooks.hive_wire import HiveOperation, HiveSession


@dataclass(frozen=True)
class Progress:
    """State of one run of a script; plain JSON in the task's store and in the deferral.

    :ivar deadline: seconds since 1970
    :ivar began: seconds since 1970
    :ivar session: handle
    :ivar index: of the statement that runs, from 0
    :ivar operation: handle of that statement
    """

    tag: str
    deadline: float
    began: float
    session: dict[str, JsonValue]
    index: int = 0
    operation: dict[str, JsonValue] = field(default_factory=dict)
    adopted: bool = False
    resubmitted: bool = False
    application_id: str = ""
    prepared: dict[str, JsonValue] = field(default_factory=dict)

    def to_json(self) -> dict[str, JsonValue]:
        """Return it as plain JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Progress:
        """Return the progress that to_json() gave."""
        return cls(**raw)

    def session_handle(self) -> HiveSession:
        """Return the session's handle."""
        from nightscan.hooks.hive_wire import HiveSession  # noqa: PLC0415 - only at run time

        return HiveSession.from_json(self.session)

    def operation_handle(self) -> HiveOperation:
        """Return the handle of the statement that runs."""
        from nightscan.hooks.hive_wire import HiveOperation  # noqa: PLC0415 - only at run time

        return HiveOperation.from_json(self.operation)
