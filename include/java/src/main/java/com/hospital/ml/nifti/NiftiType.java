package com.hospital.ml.nifti;

import com.hospital.ml.reason.MeasureException;
import java.nio.ByteBuffer;

/**
 * The integer and floating types of NIfTI-1. Complex, colour and 128-bit voxels are no intensities:
 * refused.
 */
enum NiftiType {
  UINT8(2, 1, (from, into, i, end) -> { while (i < end) into[i++] = from.get() & 0xff; }),
  INT16(4, 2, (from, into, i, end) -> { while (i < end) into[i++] = from.getShort(); }),
  INT32(8, 4, (from, into, i, end) -> { while (i < end) into[i++] = from.getInt(); }),
  FLOAT32(16, 4, (from, into, i, end) -> { while (i < end) into[i++] = from.getFloat(); }),
  FLOAT64(64, 8, (from, into, i, end) -> { while (i < end) into[i++] = from.getDouble(); }),
  INT8(256, 1, (from, into, i, end) -> { while (i < end) into[i++] = from.get(); }),
  UINT16(512, 2, (from, into, i, end) -> { while (i < end) into[i++] = from.getShort() & 0xffff; }),
  UINT32(768, 4, (from, into, i, end) -> { while (i < end) into[i++] = from.getInt() & 0xffffffffL; }),
  INT64(1024, 8, (from, into, i, end) -> { while (i < end) into[i++] = from.getLong(); }),
  UINT64(1280, 8, (from, into, i, end) -> { while (i < end) into[i++] = unsigned(from.getLong()); });

  /** Puts numbers into [at, end); one loop a type, so that no voxel is a call. */
  private interface Decoder {
    void decode(ByteBuffer from, double[] into, int at, int end);
  }

  private final int code;
  private final int bytes;
  private final Decoder decoder;

  NiftiType(int code, int bytes, Decoder decoder) {
    this.code = code;
    this.bytes = bytes;
    this.decoder = decoder;
  }

  /** Bytes a voxel. */
  int bytes() {
    return bytes;
  }

  /**
   * The type of a header's {@code datatype}.
   *
   * @throws MeasureException when the code is none of these
   */
  static NiftiType of(int code) throws MeasureException {
    for (NiftiType type : values()) {
      if (type.code == code) {
        return type;
      }
    }
    throw MeasureException.unreadable("data type " + code + " holds no plain numbers");
  }

  /** Decodes {@code count} values from the buffer's position, in the buffer's byte order, unscaled. */
  void decode(ByteBuffer from, double[] into, int at, int count) {
    decoder.decode(from, into, at, at + count);
  }

  private static double unsigned(long value) {
    return value >= 0 ? value : ((value >>> 1) | (value & 1)) * 2.0;
  }
}
