"""Real values of voxels and the facts about them: padding, SUV, tracer, the sidecar."""
