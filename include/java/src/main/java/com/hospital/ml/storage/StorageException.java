package com.hospital.ml.storage;

import java.io.IOException;

/**
 * The storage failed while a file was read: the machinery, not the data, is at fault, so the query must
 * fail.
 */
public final class StorageException extends IOException {
  private static final long serialVersionUID = 1L;

  StorageException(String path, IOException cause) {
    super("cannot read " + path + ": " + cause.getMessage(), cause);
  }
}
