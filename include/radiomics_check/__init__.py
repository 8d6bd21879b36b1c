"""Our image features beside pyradiomics' and beside IBSI's consensus: the same region, the same settings."""
