"""De-identify a scan date on the cluster, commit the build, and say what may be copied out."""
