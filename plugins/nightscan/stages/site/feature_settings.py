"""The settings of extract_features as SQL, and their hashes from the function itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from nightscan.errors import BadSettingError, EngineRefusedError, JobFailedError
from nightscan.names import DEFAULT_SETTINGS
from nightscan.stages.sql import run_sql

if TYPE_CHECKING:
    from nightscan.config_model import Config, Features

ASK = "hive/ask_settings.sql"


def settings_texts(features: Features) -> dict[str, str]:
    """Return the function's settings as JSON by modality; `default` is for modalities without their own."""
    default = features.settings[DEFAULT_SETTINGS]
    return {
        modality: json.dumps(
            {**default, **settings, "aggregations": list(features.aggregations)},
            sort_keys=True,
            separators=(",", ":"),
        )
        for modality, settings in sorted(features.settings.items())
    }


def settings_sql(texts: Mapping[str, str], modality: str) -> str:
    """Return the SQL expression of a row's settings.

    :param modality: SQL expression of the row's modality
    """
    from lake.hive import hive_literal  # noqa: PLC0415 - only at run time

    default = hive_literal(texts[DEFAULT_SETTINGS])
    others = "".join(
        f" WHEN {hive_literal(name)} THEN {hive_literal(text)}"
        for name, text in texts.items()
        if name != DEFAULT_SETTINGS
    )
    return f"CASE {modality}{others} ELSE {default} END" if others else default


def ask_settings(config: Config) -> dict[str, dict[str, Any]]:
    """Let the function check the settings of every modality, without a task on the cluster.

    :returns: modality -> {"settings_hash", "settings": canonical JSON, defaults filled in}
    :raises BadSettingError: the function refuses them; its message is given.
    :raises EngineRefusedError: Hive does not find the function, for now or for good.
    """
    answers: dict[str, dict[str, Any]] = {}
    found: dict[str, dict[str, Any]] = {}
    for modality, text in settings_texts(config.features).items():
        if text not in answers:
            answers[text] = _ask(config, modality, text)
        found[modality] = answers[text]
    return found


def settings_hashes(answers: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Return the hashes by modality."""
    return {modality: str(answer["settings_hash"]) for modality, answer in answers.items()}


def _ask(config: Config, modality: str, text: str) -> dict[str, Any]:
    from lake.hive import hive_literal  # noqa: PLC0415 - only at run time

    try:
        return run_sql(config, ASK, settings=hive_literal(text))[0]
    except (EngineRefusedError, JobFailedError) as error:
        _require_function(config, error.fact)
    try:
        return run_sql(config, ASK, settings=hive_literal(text))[0]
    except (EngineRefusedError, JobFailedError) as error:
        raise BadSettingError(
            f"Hive did not take features.settings of {modality}: {error.fact}",
            remedy="correct the configuration (job_config.yaml explains each key)",
        ) from error


def _require_function(config: Config, fact: str) -> None:
    """Ask with settings that are right: HiveServer2 at times does not find a function that is there.

    :raises EngineRefusedError: they fail too, so the site's settings are not at fault; a retry may help.
    """
    from lake.hive import hive_literal  # noqa: PLC0415 - only at run time

    try:
        run_sql(config, ASK, settings=hive_literal("{}"))
    except (EngineRefusedError, JobFailedError) as error:
        raise EngineRefusedError(
            "HiveServer2",
            f"could not ask the function of the features: {fact}",
            remedy="where this stays so, start the DAG site_setup, which makes the function",
        ) from error
