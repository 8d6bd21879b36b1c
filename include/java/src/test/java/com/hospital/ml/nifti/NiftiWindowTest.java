package com.hospital.ml.nifti;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.hospital.ml.reason.MeasureException;
import com.hospital.ml.reason.Reason;
import com.hospital.ml.testing.Nifti;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading a part of a volume: windows of images, bits of masks. */
class NiftiWindowTest {

  @ParameterizedTest
  @ValueSource(shorts = {2, 4, 16, 64, 512, 1024})
  void aWindowIsWhatTheWholeVolumeHasThere(short type) throws IOException {
    // a row of 300 times 61 voxels is longer than the reader's buffer
    double[] values = new double[300 * 61 * 5];
    Arrays.setAll(values, i -> i * 31 % 251);
    Nifti file = Nifti.of(300, 61, 5, values);
    file.dataType = type;
    file.slope = 2;
    file.intercept = -7;
    for (Box box : new Box[] {
      new Box(0, 0, 0, 300, 61, 5), new Box(299, 60, 4, 1, 1, 1), new Box(7, 5, 1, 280, 50, 3)
    }) {
      double[] expected = new double[(int) box.voxels()];
      int at = 0;
      for (int z = box.z(); z <= box.high(2); z++) {
        for (int y = box.y(); y <= box.high(1); y++) {
          for (int x = box.x(); x <= box.high(0); x++) {
            expected[at++] = values[(z * 61 + y) * 300 + x] * 2 - 7;
          }
        }
      }
      assertArrayEquals(expected, open(file.gzipped()).readWindow(box), box.toString());
      assertArrayEquals(expected, open(file.bytes()).readWindow(box), box.toString());
    }
  }

  @Test
  void aRowLongerThanTheBufferIsRead() throws IOException {
    double[] values = new double[20_000 * 2];
    Arrays.setAll(values, i -> i);
    Box box = new Box(19_990, 0, 0, 10, 2, 1);
    double[] expected = new double[20];
    Arrays.setAll(expected, i -> 19_990 + i % 10 + i / 10 * 20_000);
    assertArrayEquals(expected, open(Nifti.of(20_000, 2, 1, values).gzipped()).readWindow(box));
  }

  @Test
  void aFaultBehindTheWindowIsFound() {
    double[] values = new java.util.Random(1).doubles(4096).toArray();
    byte[] checksum = Nifti.of(16, 16, 16, values).gzipped();
    checksum[checksum.length - 6] ^= 1;
    byte[] gzipped = Nifti.of(16, 16, 16, values).gzipped();
    byte[] plain = Nifti.of(16, 16, 16, values).bytes();
    byte[][] broken = {
      checksum, Arrays.copyOf(gzipped, gzipped.length - 1), Arrays.copyOf(plain, plain.length - 1)
    };
    for (byte[] bytes : broken) {
      NiftiReader reader = assertOpens(bytes);
      MeasureException e =
          assertThrows(MeasureException.class, () -> reader.readWindow(new Box(0, 0, 0, 2, 2, 2)));
      assertEquals(Reason.UNREADABLE_FILE, e.reason());
    }
  }

  @ParameterizedTest
  @ValueSource(shorts = {2, 4, 8, 16, 64, 256, 512})
  void bitsStandWhereAMaskIsAtLeastTheLevel(short type) throws IOException {
    double[] values = new double[20_001];
    for (int i : new int[] {0, 63, 64, 8191, 8192, 20_000}) {
      values[i] = 1;
    }
    Nifti mask = Nifti.of(20_001, 1, 1, values);
    mask.dataType = type;
    assertArrayEquals(new long[] {0, 63, 64, 8191, 8192, 20_000}, setBits(mask));
  }

  @Test
  void scaledAndNegativeAndMissingValuesAreComparedNotTheirBytes() throws IOException {
    Nifti inverted = Nifti.of(3, 1, 1, 0, 1, 0);
    inverted.slope = -1;
    inverted.intercept = 1;
    assertArrayEquals(new long[] {0, 2}, setBits(inverted));
    Nifti allSet = Nifti.of(100, 1, 1, new double[100]);
    allSet.slope = 1;
    allSet.intercept = 0.5f;
    assertEquals(100, setBits(allSet).length);
    Nifti faint = Nifti.of(3, 1, 1, 255, 127, 128);
    faint.dataType = 2;
    faint.slope = 1 / 256f;
    assertArrayEquals(new long[] {0, 2}, setBits(faint));
    assertArrayEquals(new long[] {2}, setBits(Nifti.of(4, 1, 1, -1, Double.NaN, 0.5, 0.49)));
  }

  private static long[] setBits(Nifti mask) throws IOException {
    NiftiReader reader = open(mask.bytes());
    long[] bits = new long[NiftiReader.MASK_VOXELS / Long.SIZE];
    java.util.stream.LongStream.Builder found = java.util.stream.LongStream.builder();
    long first = 0;
    while (reader.voxelsLeft() > 0) {
      long left = reader.voxelsLeft();
      int count = reader.readAtLeast(0.5, bits);
      java.util.BitSet set = java.util.BitSet.valueOf(bits);
      assertEquals(set.cardinality(), count);
      long start = first;
      set.stream().forEach(bit -> found.add(start + bit));
      first += left - reader.voxelsLeft();
    }
    return found.build().toArray();
  }

  private static NiftiReader assertOpens(byte[] bytes) {
    return org.junit.jupiter.api.Assertions.assertDoesNotThrow(() -> open(bytes));
  }

  private static NiftiReader open(byte[] bytes) throws IOException {
    return new NiftiReader("test", new ByteArrayInputStream(bytes));
  }
}
