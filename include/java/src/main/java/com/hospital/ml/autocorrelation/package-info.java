/** Moran's I and Geary's C of a region (IBSI 3.1), by all pairs or by Fourier transforms. */
package com.hospital.ml.autocorrelation;
