package com.hospital.ml.nifti;

import com.hospital.ml.reason.MeasureException;
import com.hospital.ml.storage.StorageStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads a NIfTI-1 file as a stream, plain or gzip (recognised by its first bytes, not by its name), so that
 * a volume is never in memory as a whole. Faults of the file throw {@link MeasureException}, faults of the
 * storage below {@code StorageException}.
 */
public final class NiftiReader implements Closeable {
  /** Most voxels that {@link #readAtLeast} takes at once. */
  public static final int MASK_VOXELS = 8192;

  private static final int BUFFER_BYTES = 1 << 16;
  private static final byte[] ZEROS = new byte[BUFFER_BYTES];

  private final InputStream in;
  private final NiftiHeader header;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private final double[] word = new double[Long.SIZE];
  private long voxelsLeft;

  /**
   * Takes over {@code source} and reads the header; {@code path} is for messages only.
   *
   * @throws MeasureException when the file is no NIfTI-1 file that can be read
   * @throws IOException when the storage fails
   */
  public NiftiReader(String path, InputStream source) throws IOException {
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

  public Grid grid() {
    return header.grid();
  }

  /** Voxels not read yet. */
  public long voxelsLeft() {
    return voxelsLeft;
  }

  /**
   * Takes the next voxels, at most {@link #MASK_VOXELS} and at most 64 a word of {@code bits}, sets the bit
   * of each voxel that is at least {@code level} (above 0), and returns how many there are. Stretches of
   * bytes that are all zero, which is most of a mask, are passed over without decoding.
   *
   * @throws MeasureException when the file ends early or is corrupt
   * @throws IOException when the storage fails
   */
  public int readAtLeast(double level, long[] bits) throws IOException {
    int wanted = (int) Math.min(Math.min(MASK_VOXELS, (long) bits.length * Long.SIZE), voxelsLeft);
    int size = header.dataType().bytes();
    readFully(buffer, wanted * size);
    voxelsLeft -= wanted;
    Arrays.fill(bits, 0);
    boolean zeroIsBelow = header.intercept() < level;
    if (zeroIsBelow && isZero(0, wanted * size)) {
      return 0;
    }
    int found = 0;
    for (int first = 0; first < wanted; first += Long.SIZE) {
      int count = Math.min(Long.SIZE, wanted - first);
      if (!zeroIsBelow || !isZero(first * size, count * size)) {
        decode(buffer, first * size, word, 0, count);
        bits[first / Long.SIZE] = bitsAtLeast(level, count);
        found += Long.bitCount(bits[first / Long.SIZE]);
      }
    }
    return found;
  }

  /**
   * Reads the whole volume and returns the voxels of {@code window}, x fastest; the window lies inside the
   * grid. All else is decompressed, for the checksum at the end, but not decoded.
   *
   * @throws MeasureException when the file ends early or is corrupt
   * @throws IOException when the storage fails
   */
  public double[] readWindow(Box window) throws IOException {
    Grid grid = header.grid();
    int rowBytes = grid.nx() * header.dataType().bytes();
    double[] values = new double[Math.toIntExact(window.voxels())];
    byte[] rows = new byte[Math.max(1, BUFFER_BYTES / rowBytes) * rowBytes];
    skip((long) window.z() * grid.ny() * rowBytes);
    int at = 0;
    for (int z = 0; z < window.nz(); z++) {
      skip((long) window.y() * rowBytes);
      for (int y = 0; y < window.ny(); ) {
        int count = Math.min(rows.length / rowBytes, window.ny() - y);
        readFully(rows, count * rowBytes);
        for (int row = 0; row < count; row++, at += window.nx()) {
          int from = row * rowBytes + window.x() * header.dataType().bytes();
          decode(rows, from, values, at, window.nx());
        }
        y += count;
      }
      skip((long) (grid.ny() - window.y() - window.ny()) * rowBytes);
    }
    skip((long) (grid.nz() - window.z() - window.nz()) * grid.ny() * rowBytes);
    voxelsLeft = 0;
    finish();
    return values;
  }

  /**
   * Reads what is left of the stream: only its end holds gzip's checksum, which is verified here.
   *
   * @throws MeasureException when the file is corrupt
   * @throws IOException when the storage fails
   */
  public void finish() throws IOException {
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

  private boolean isZero(int from, int length) {
    return Arrays.equals(buffer, from, from + length, ZEROS, 0, length);
  }

  private long bitsAtLeast(double level, int count) {
    long bits = 0;
    for (int i = 0; i < count; i++) {
      if (word[i] >= level) {
        bits |= 1L << i;
      }
    }
    return bits;
  }

  /** Decodes and scales {@code count} voxels from byte {@code from} on. */
  private void decode(byte[] bytes, int from, double[] into, int at, int count) {
    ByteBuffer stored = ByteBuffer.wrap(bytes, from, count * header.dataType().bytes());
    header.dataType().decode(stored.order(header.order()), into, at, count);
    if (header.slope() != 1 || header.intercept() != 0) {
      for (int i = at; i < at + count; i++) {
        into[i] = into[i] * header.slope() + header.intercept();
      }
    }
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
