package com.hospital.ml.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Makes NIfTI-1 files for tests; written from the standard, apart from the code under test. */
public final class Nifti {
  public short[] dim = {3, 1, 1, 1, 1, 1, 1, 1};
  public double[] affine = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0};
  public short dataType = 64;
  public ByteOrder order = ByteOrder.LITTLE_ENDIAN;
  public float slope;
  public float intercept;
  public boolean sform = true;
  public float[] quaternion;
  public float[] pixdim = {1, 1, 1, 1};
  public int voxOffset = 352;
  public double[] values = {};

  public static Nifti of(int nx, int ny, int nz, double... values) {
    Nifti nifti = new Nifti();
    nifti.dim[1] = (short) nx;
    nifti.dim[2] = (short) ny;
    nifti.dim[3] = (short) nz;
    nifti.values = values;
    return nifti;
  }

  public Nifti affine(double... twelve) {
    affine = twelve;
    return this;
  }

  public byte[] bytes() {
    int size = Math.abs(size(dataType));
    ByteBuffer b = ByteBuffer.allocate(voxOffset + values.length * size).order(order);
    b.putInt(0, 348);
    for (int i = 0; i < 8; i++) {
      b.putShort(40 + 2 * i, dim[i]);
    }
    b.putShort(70, dataType);
    b.putShort(72, (short) (8 * size));
    for (int i = 0; i < 4; i++) {
      b.putFloat(76 + 4 * i, pixdim[i]);
    }
    b.putFloat(108, voxOffset);
    b.putFloat(112, slope);
    b.putFloat(116, intercept);
    b.putShort(254, (short) (sform ? 1 : 0));
    for (int i = 0; i < 12; i++) {
      b.putFloat(280 + 4 * i, (float) affine[i]);
    }
    if (quaternion != null) {
      b.putShort(252, (short) 1);
      for (int i = 0; i < 6; i++) {
        b.putFloat(256 + 4 * i, quaternion[i]);
      }
    }
    b.put(344, new byte[] {'n', '+', '1', 0});
    b.position(voxOffset);
    for (double value : values) {
      put(b, value);
    }
    return b.array();
  }

  public byte[] gzipped() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  public Path writeTo(Path folder, String name) throws IOException {
    return Files.write(folder.resolve(name), name.endsWith(".gz") ? gzipped() : bytes());
  }

  private void put(ByteBuffer b, double value) {
    switch (dataType) {
      case 2, 256 -> b.put((byte) (int) value);
      case 4, 512 -> b.putShort((short) (int) value);
      case 8, 768 -> b.putInt((int) (long) value);
      case 16 -> b.putFloat((float) value);
      case 64 -> b.putDouble(value);
      case 1024, 1280 -> b.putLong(value >= 0x1p63 ? (long) (value - 0x1p63) + Long.MIN_VALUE : (long) value);
      default -> throw new IllegalArgumentException("data type " + dataType);
    }
  }

  private static int size(int dataType) {
    return switch (dataType) {
      case 2, 256 -> 1;
      case 4, 512 -> 2;
      case 8, 768, 16 -> 4;
      default -> 8;
    };
  }
}
