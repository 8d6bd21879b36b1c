/** What a feature is: its class, aggregation, definition and unit, and the values of one region. */
package com.hospital.ml.feature;
