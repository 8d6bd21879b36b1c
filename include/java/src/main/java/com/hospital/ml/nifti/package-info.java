/** NIfTI-1 files read as a stream, and the grid that their voxels lie on. */
package com.hospital.ml.nifti;
