/** The entry points, and what binds a region's data to the classes of features that measure it. */
package com.hospital.ml;
