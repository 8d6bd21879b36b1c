package com.hospital.ml.storage;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Marks every failure of the storage below as {@link StorageException}, so that a decoder above
 * distinguishes a broken DataNode from a broken file: both are {@link IOException} otherwise.
 */
public final class StorageStream extends FilterInputStream {
  private final String path;

  public StorageStream(String path, InputStream source) {
    super(source);
    this.path = path;
  }

  @Override
  public int read() throws IOException {
    try {
      return in.read();
    } catch (IOException e) {
      throw new StorageException(path, e);
    }
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    try {
      return in.read(buffer, offset, length);
    } catch (IOException e) {
      throw new StorageException(path, e);
    }
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
