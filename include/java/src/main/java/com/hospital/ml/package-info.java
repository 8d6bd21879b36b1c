/**
 * Image features of a region, as the Image Biomarker Standardisation Initiative (IBSI) defines them, for
 * Hive, Spark and the command line. {@link com.hospital.ml.FeatureTable} is the one list of what is
 * measured.
 */
package com.hospital.ml;
