/** Features of matrices of grey levels (IBSI 3.6-3.11): from counts to averages over matrices. */
package com.hospital.ml.texture;
