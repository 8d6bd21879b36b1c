/** From mask and image to a region: interpolation, rounding and re-segmentation (IBSI chapter 2). */
package com.hospital.ml.region;
