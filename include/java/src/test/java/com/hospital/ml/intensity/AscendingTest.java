package com.hospital.ml.intensity;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;

class AscendingTest {
  private final Random random = new Random(7);

  @Test
  void allKindsOfIntensitiesComeInOrder() {
    assertSorted(() -> random.nextGaussian() * 1e3);
    assertSorted(() -> (float) random.nextGaussian());
    assertSorted(() -> random.nextInt(3000) - 1000);
    assertSorted(() -> Double.longBitsToDouble(random.nextLong() & ~(0x7ffL << 52) | 1000L << 52));
    assertSorted(() -> random.nextBoolean() ? 0.0 : -0.0);
    assertSorted(() -> random.nextBoolean() ? -Double.MAX_VALUE : Double.MIN_VALUE);
    assertSorted(() -> 7);
  }

  private void assertSorted(DoubleSupplier supplier) {
    for (int size : new int[] {1, 50, 5000}) {
      double[] values = new double[size];
      Arrays.setAll(values, i -> supplier.getAsDouble());
      double[] before = values.clone();
      double[] expected = values.clone();
      Arrays.sort(expected);
      double[] found = Ascending.sorted(values);
      assertArrayEquals(expected, found);
      assertArrayEquals(before, values);
      assertNotSame(values, found);
    }
  }
}
