package com.hospital.ml.reason;

import java.io.IOException;

/** The data, not the machinery, is at fault: features are NULL with a {@link Reason}. */
public final class MeasureException extends IOException {
  private static final long serialVersionUID = 1L;
  private final Reason reason;

  public MeasureException(Reason reason, String detail) {
    super(reason + ": " + detail);
    this.reason = reason;
  }

  public static MeasureException unreadable(String detail) {
    return new MeasureException(Reason.UNREADABLE_FILE, detail);
  }

  public Reason reason() {
    return reason;
  }
}
