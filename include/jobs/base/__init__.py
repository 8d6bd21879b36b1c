"""What all programs share: the protocol, the store, schemas, keys, and the output of a streaming job."""
