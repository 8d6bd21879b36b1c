"""Stage 4: one planned release trained with Spark."""

from __future__ import annotations

from typing import Annotated

from messages.message import Call, Count, Positive, Result, Text, doc


class Trained(Result, frozen=True, kw_only=True):
    """The trained version; left in HDFS as train.json, where a refusal is left too."""

    version: Annotated[Text, doc("version of the release")]
    run_id: Annotated[Text, doc("MLflow's id of the run")]
    model_uri: Annotated[Text, doc("MLflow's address of the model")]
    model_number: Annotated[Text, doc("MLflow's number of the version")]
    candidate: Annotated[Text, doc("HDFS folder of the candidate")]
    predictions: Annotated[Text, doc("HDFS path of the held-out predictions")]
    patients: Annotated[Count, doc("patients trained on")]
    positives: Annotated[Count, doc("of these with label 1")]
    features: Annotated[Count, doc("features")]
    strength: Annotated[float, doc("C of the logistic regression")]
    threshold: Annotated[float, doc("score from which on a patient is called positive")]
    application_id: Annotated[Text, doc("YARN application")]


class Train(Call[Trained], frozen=True, kw_only=True):
    """Train one planned release; given as arguments --name value, since Spark starts the program."""

    program = "jobs.train.program"

    manifest: Annotated[Text, doc("HDFS path of the training manifest")]
    mlflow: Annotated[Text, doc("address of MLflow's tracking server")]
    experiment: Annotated[Text, doc("MLflow's experiment")]
    folds: Annotated[Positive, doc("number of folds; must be the manifest's")]
    tag: Annotated[Text, doc("tag of the run in MLflow")]
