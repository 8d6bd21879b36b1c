package com.hospital.ml.texture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.hospital.ml.testing.SmallLevels;
import org.junit.jupiter.api.Test;

class CooccurrenceMatrixTest {
  private static final int ALONG_X = 1;

  @Test
  void bothDirectionsOfAPairAreElements() {
    CooccurrenceMatrix matrix = new CooccurrenceMatrix(2);
    matrix.count(SmallLevels.of(4, 1, 1, 1, 1, 2, 1), ALONG_X, 1, 2);
    assertEquals(3, matrix.pairs());
    assertEquals(2, matrix.symmetric(1, 1));
    assertEquals(2, matrix.symmetric(1, 2));
    assertEquals(2, matrix.symmetric(2, 1));
    assertEquals(0, matrix.symmetric(2, 2));
  }

  @Test
  void aCountBeyondAnIntIsAnError() {
    CooccurrenceMatrix matrix = new CooccurrenceMatrix(1);
    matrix.count(SmallLevels.of(2, 1, 1, 1, 1), ALONG_X, 1, 2);
    for (int doubling = 0; doubling < 30; doubling++) {
      matrix.add(matrix);
    }
    assertEquals(1L << 31, matrix.symmetric(1, 1));
    assertThrows(ArithmeticException.class, () -> matrix.add(matrix));
  }
}
