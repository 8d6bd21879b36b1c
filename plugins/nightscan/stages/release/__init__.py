"""Stages 4 to 7: plan, check, train, evaluate, deploy, metrics."""
