package com.hospital.ml;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.ByteBuffer;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads a NIfTI-1 file in pieces, plain or gzip (told by its first bytes, not by its name), so that a
 * volume is never in memory as a whole. Faults of the file throw {@link MeasureException}, faults of the
 * storage below {@link StorageException}.
 */
final class NiftiReader implements Closeable {
  private static final int BUFFER_BYTES = 1 << 16;

  private final InputStream in;
  private final NiftiHeader header;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private long voxelsLeft;

  /** Takes over {@code source} and reads the header; {@code path} is for messages only. */
  NiftiReader(String path, InputStream source) throws IOException {
    StorageStream storage = new StorageStream(path, source);
    try {
      in = decompress(storage);
      byte[] head = new byte[NiftiHeader.SIZE];
      readFully(head, head.length);
      header = NiftiHeader.parse(head);
      skip(header.voxOffset() - NiftiHeader.SIZE);
      voxelsLeft = header.grid().voxels();
    } catch (IOException e) {
      source.close();
      throw e;
    }
  }

  Grid grid() {
    return header.grid();
  }

  /** Voxels not read yet. */
  long voxelsLeft() {
    return voxelsLeft;
  }

  /**
   * Puts the next voxels, x fastest, into {@code into}, scaled by slope and intercept, and returns how
   * many: as many as fit, fewer at the end of the volume, 0 after it.
   */
  int read(double[] into) throws IOException {
    int wanted = (int) Math.min(into.length, voxelsLeft);
    int size = header.dataType().bytes();
    int perChunk = BUFFER_BYTES / size;
    for (int at = 0; at < wanted; at += perChunk) {
      int count = Math.min(perChunk, wanted - at);
      readFully(buffer, count * size);
      ByteBuffer chunk = ByteBuffer.wrap(buffer, 0, count * size).order(header.order());
      header.dataType().decode(chunk, into, at, count);
    }
    if (header.slope() != 1 || header.intercept() != 0) {
      for (int i = 0; i < wanted; i++) {
        into[i] = into[i] * header.slope() + header.intercept();
      }
    }
    voxelsLeft -= wanted;
    return wanted;
  }

  /** Reads what is left of the stream: only its end holds gzip's checksum, which is verified here. */
  void finish() throws IOException {
    try {
      int got;
      do {
        got = in.read(buffer);
      } while (got >= 0);
    } catch (EOFException | ZipException e) {
      throw corrupt(e);
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private static InputStream decompress(InputStream raw) throws IOException {
    PushbackInputStream peek = new PushbackInputStream(raw, 2);
    byte[] magic = new byte[2];
    int got = peek.readNBytes(magic, 0, 2);
    peek.unread(magic, 0, got);
    if (got == 2 && magic[0] == 0x1f && (magic[1] & 0xff) == 0x8b) {
      try {
        return new GZIPInputStream(peek, BUFFER_BYTES);
      } catch (EOFException | ZipException e) {
        throw corrupt(e);
      }
    }
    return peek;
  }

  private void readFully(byte[] into, int length) throws IOException {
    int at = 0;
    try {
      while (at < length) {
        int got = in.read(into, at, length - at);
        if (got < 0) {
          throw MeasureException.unreadable("truncated: the file ends before its last voxel");
        }
        at += got;
      }
    } catch (EOFException | ZipException e) {
      throw corrupt(e);
    }
  }

  private void skip(long bytes) throws IOException {
    for (long left = bytes; left > 0; left -= Math.min(left, BUFFER_BYTES)) {
      readFully(buffer, (int) Math.min(left, BUFFER_BYTES));
    }
  }

  private static MeasureException corrupt(IOException cause) {
    MeasureException e = MeasureException.unreadable("corrupt gzip: " + cause.getMessage());
    e.initCause(cause);
    return e;
  }
}
