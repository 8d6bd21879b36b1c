/** Morphological features (IBSI 3.1): mesh, convex hull and principal axes of a region. */
package com.hospital.ml.shape;
