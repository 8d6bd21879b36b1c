/** Failures of the storage, kept apart from faults of the data. */
package com.hospital.ml.storage;
