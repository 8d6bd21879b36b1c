package com.hospital.ml.nifti;

import com.hospital.ml.reason.MeasureException;
import java.nio.ByteBuffer;

/**
 * The integer and floating types of NIfTI-1. Complex, colour and 128-bit voxels are no intensities:
 * refused.
 */
enum NiftiType {
  UINT8(2, 1),
  INT16(4, 2),
  INT32(8, 4),
  FLOAT32(16, 4),
  FLOAT64(64, 8),
  INT8(256, 1),
  UINT16(512, 2),
  UINT32(768, 4),
  INT64(1024, 8),
  UINT64(1280, 8);

  private final int code;
  private final int bytes;

  NiftiType(int code, int bytes) {
    this.code = code;
    this.bytes = bytes;
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

  /**
   * Decodes {@code count} values from the buffer's position, in the buffer's byte order, unscaled, into
   * places from {@code at} on. Returns the place after the last.
   */
  int decode(ByteBuffer from, double[] into, int at, int count) {
    int end = at + count;
    return switch (this) {
      case UINT8 -> { for (int i = at; i < end; i++) into[i] = from.get() & 0xff; yield end; }
      case INT8 -> { for (int i = at; i < end; i++) into[i] = from.get(); yield end; }
      case INT16 -> { for (int i = at; i < end; i++) into[i] = from.getShort(); yield end; }
      case UINT16 -> { for (int i = at; i < end; i++) into[i] = from.getShort() & 0xffff; yield end; }
      case INT32 -> { for (int i = at; i < end; i++) into[i] = from.getInt(); yield end; }
      case UINT32 -> { for (int i = at; i < end; i++) into[i] = from.getInt() & 0xffffffffL; yield end; }
      case FLOAT32 -> { for (int i = at; i < end; i++) into[i] = from.getFloat(); yield end; }
      case FLOAT64 -> { for (int i = at; i < end; i++) into[i] = from.getDouble(); yield end; }
      case INT64 -> { for (int i = at; i < end; i++) into[i] = from.getLong(); yield end; }
      case UINT64 -> { for (int i = at; i < end; i++) into[i] = unsigned(from.getLong()); yield end; }
    };
  }

  private static double unsigned(long value) {
    return value >= 0 ? value : ((value >>> 1) | (value & 1)) * 2.0;
  }
}
