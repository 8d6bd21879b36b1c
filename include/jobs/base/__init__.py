"""What all programs share: the protocol, the store, schemas, paths, keys, and what a streaming job leaves."""
