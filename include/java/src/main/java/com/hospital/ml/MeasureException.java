package com.hospital.ml;

import java.io.IOException;

/** The data, not the machinery, is at fault: features are NULL with a {@link Reason}. */
final class MeasureException extends IOException {
  private static final long serialVersionUID = 1L;
  private final Reason reason;

  MeasureException(Reason reason, String detail) {
    super(reason + ": " + detail);
    this.reason = reason;
  }

  static MeasureException unreadable(String detail) {
    return new MeasureException(Reason.UNREADABLE_FILE, detail);
  }

  Reason reason() {
    return reason;
  }
}
