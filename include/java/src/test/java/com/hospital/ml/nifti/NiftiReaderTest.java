package com.hospital.ml.nifti;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hospital.ml.reason.MeasureException;
import com.hospital.ml.reason.Reason;
import com.hospital.ml.storage.StorageException;
import com.hospital.ml.testing.Nifti;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NiftiReaderTest {

  @ParameterizedTest
  @CsvSource({
    "2, 0, 255", "256, -128, 127", "4, -32768, 32767", "512, 0, 65535", "8, -2147483648, 2147483647",
    "768, 0, 4294967295", "16, -1.5, 3.25", "64, -1.1, 1e300", "1024, -9007199254740992, 9007199254740992",
    "1280, 0, 18446744073709549568"
  })
  void everyPlainTypeIsReadInBothByteOrders(short type, double least, double most) throws IOException {
    for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
      Nifti file = Nifti.of(2, 1, 1, least, most);
      file.dataType = type;
      file.order = order;
      assertArrayEquals(new double[] {least, most}, read(file.bytes()), order.toString());
      assertArrayEquals(new double[] {least, most}, read(file.gzipped()), order.toString());
    }
  }

  @Test
  void slopeAndInterceptScaleTheStoredNumbers() throws IOException {
    Nifti file = Nifti.of(3, 1, 1, 0, 1, 2);
    file.dataType = 4;
    file.slope = 2;
    file.intercept = -1000;
    assertArrayEquals(new double[] {-1000, -998, -996}, read(file.bytes()));
  }

  @ParameterizedTest
  @ValueSource(floats = {0, Float.NaN, Float.POSITIVE_INFINITY})
  void aSlopeThatIsNoScaleIsIgnoredWithItsIntercept(float slope) throws IOException {
    Nifti file = Nifti.of(2, 1, 1, 3, 4);
    file.slope = slope;
    file.intercept = 7;
    assertArrayEquals(new double[] {3, 4}, read(file.bytes()));
  }

  @Test
  void aVolumeLargerThanTheBufferIsReadWhole() throws IOException {
    double[] values = new double[50 * 60 * 7];
    Arrays.setAll(values, i -> i);
    assertArrayEquals(values, read(Nifti.of(50, 60, 7, values).gzipped()));
  }

  @Test
  void anExtensionBeforeTheVoxelsIsSkipped() throws IOException {
    Nifti file = Nifti.of(2, 1, 1, 5, 6);
    file.voxOffset = 352 + 70_000;
    assertArrayEquals(new double[] {5, 6}, read(file.gzipped()));
  }

  @Test
  void theSformGivesTheAffineWhenSet() throws IOException {
    Nifti file = Nifti.of(1, 1, 1, 1).affine(-2, 0, 0, 9, 0, -2, 0, 8, 0, 0, 3, 7);
    assertArrayEquals(file.affine, open(file.bytes()).grid().affine());
  }

  @Test
  void theQformGivesTheAffineWhenTheSformIsNotSet() throws IOException {
    Nifti file = Nifti.of(1, 1, 1, 1);
    file.sform = false;
    // a quarter turn about z (x axis to y axis), left-handed, so the third axis points down
    file.quaternion = new float[] {0, 0, (float) Math.sqrt(0.5), 10, 20, 30};
    file.pixdim = new float[] {-1, 2, 3, 4};
    double[] expected = {0, -3, 0, 10, 2, 0, 0, 20, 0, 0, -4, 30};
    assertArrayEquals(expected, open(file.bytes()).grid().affine(), 1e-6);
  }

  @Test
  void theVoxelSizesAreTheAffineWhenNothingElseIsSet() throws IOException {
    Nifti file = Nifti.of(1, 1, 1, 1);
    file.sform = false;
    file.pixdim = new float[] {1, 2, 3, 4};
    assertArrayEquals(
        new double[] {2, 0, 0, 0, 0, 3, 0, 0, 0, 0, 4, 0}, open(file.bytes()).grid().affine());
  }

  @Test
  void aBitFlippedInsideGzipIsUnreadable() {
    byte[] bytes = Nifti.of(16, 16, 16, random(4096)).gzipped();
    bytes[bytes.length / 2] ^= 0x10;
    assertUnreadable(bytes);
  }

  @Test
  void aWrongChecksumAtTheEndOfGzipIsUnreadable() {
    byte[] bytes = Nifti.of(16, 16, 16, random(4096)).gzipped();
    bytes[bytes.length - 6] ^= 1;
    assertUnreadable(bytes);
  }

  @Test
  void aFileThatEndsEarlyIsUnreadableAtAnyLength() {
    byte[] gzipped = Nifti.of(4, 4, 4, random(64)).gzipped();
    byte[] plain = Nifti.of(4, 4, 4, random(64)).bytes();
    for (int keep : new int[] {0, 1, 2, 9, 30, gzipped.length - 1}) {
      assertUnreadable(Arrays.copyOf(gzipped, keep));
    }
    for (int keep : new int[] {3, 200, 348, 352, plain.length - 1}) {
      assertUnreadable(Arrays.copyOf(plain, keep));
    }
  }

  @Test
  void otherFormatsAreUnreadable() {
    byte[] pair = Nifti.of(1, 1, 1, 1).bytes();
    pair[345] = 'i';
    assertUnreadable(pair);
    byte[] second = Nifti.of(1, 1, 1, 1).bytes();
    second[0] = (byte) (540 & 0xff);
    second[1] = 2;
    assertUnreadable(second);
    assertUnreadable(new byte[4096]);
    Nifti complex = Nifti.of(1, 1, 1, 1);
    byte[] bytes = complex.bytes();
    bytes[70] = 32;
    assertUnreadable(bytes);
  }

  @Test
  void aSingularAffineIsUnreadable() {
    assertUnreadable(Nifti.of(1, 1, 1, 1).affine(1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0).bytes());
    assertUnreadable(Nifti.of(1, 1, 1, 1).affine(1, 0, 0, 0, 0, Double.NaN, 0, 0, 0, 0, 1, 0).bytes());
  }

  @Test
  void aFourthDimensionOfOneIsAVolumeAndOfTwoIsRefused() throws IOException {
    Nifti file = Nifti.of(1, 1, 1, 4, 5);
    file.dim[0] = 4;
    assertArrayEquals(new double[] {4}, read(file.bytes()));
    file.dim[4] = 2;
    MeasureException e = assertThrows(MeasureException.class, () -> read(file.bytes()));
    assertEquals(Reason.NOT_THREE_DIMENSIONAL, e.reason());
  }

  @Test
  void aFailureOfTheStorageIsNotTakenForAFaultOfTheFile() {
    byte[] bytes = Nifti.of(16, 16, 16, random(4096)).gzipped();
    InputStream broken =
        new ByteArrayInputStream(bytes, 0, 2000) {
          @Override
          public synchronized int read(byte[] into, int at, int length) {
            int got = super.read(into, at, length);
            if (got < 0) {
              throw new java.io.UncheckedIOException(new IOException("connection reset"));
            }
            return got;
          }
        };
    InputStream storage =
        new java.io.FilterInputStream(broken) {
          @Override
          public int read(byte[] into, int at, int length) throws IOException {
            try {
              return super.read(into, at, length);
            } catch (java.io.UncheckedIOException e) {
              throw new java.io.EOFException("connection reset");
            }
          }
        };
    StorageException e =
        assertThrows(StorageException.class, () -> drain(new NiftiReader("hdfs://a", storage)));
    assertTrue(e.getMessage().matches(".*hdfs://a.*connection reset.*"), e.getMessage());
  }

  private static void assertUnreadable(byte[] bytes) {
    MeasureException e = assertThrows(MeasureException.class, () -> read(bytes));
    assertEquals(Reason.UNREADABLE_FILE, e.reason());
  }

  private static NiftiReader open(byte[] bytes) throws IOException {
    return new NiftiReader("test", new ByteArrayInputStream(bytes));
  }

  private static double[] read(byte[] bytes) throws IOException {
    return drain(open(bytes));
  }

  private static double[] drain(NiftiReader reader) throws IOException {
    try (reader) {
      return reader.readWindow(Box.of(reader.grid()));
    }
  }

  private static double[] random(int n) {
    return new java.util.Random(1).doubles(n).toArray();
  }
}
