"""A release of a model: labels, plan, gate, publication and metrics."""
