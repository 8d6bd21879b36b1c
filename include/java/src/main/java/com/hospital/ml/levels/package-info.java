/** From a region's intensities to its grey levels: discretisation (IBSI 2.7). */
package com.hospital.ml.levels;
