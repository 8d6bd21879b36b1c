"""Every message that starts a program."""

from __future__ import annotations

from typing import Any

from messages import deidentify, features, index, ingest, ledger, model, preprocess, quarantine, train
from messages.message import Call, Request

REQUESTS: tuple[type[Request[Any]], ...] = (
    index.IndexLanding,
    index.FindDueDates,
    ingest.PlanIngest,
    ingest.CommitIngest,
    preprocess.PlanPreprocess,
    preprocess.CommitPreprocess,
    features.PlanFeatures,
    features.CommitFeatures,
    deidentify.PlanDeidentify,
    deidentify.CommitDeidentify,
    deidentify.PlanCopyOut,
    quarantine.Overrule,
    quarantine.ShowQuarantine,
    model.LoadLabels,
    model.PlanRelease,
    model.Publish,
    model.CommitMetrics,
    ledger.EnterInLedger,
)
CALLS: tuple[type[Call[Any]], ...] = (*REQUESTS, train.Train)
