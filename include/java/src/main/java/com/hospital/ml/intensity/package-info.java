/** Features of intensities: local, statistics, histogram and intensity-volume histogram (IBSI 3.2-3.5). */
package com.hospital.ml.intensity;
