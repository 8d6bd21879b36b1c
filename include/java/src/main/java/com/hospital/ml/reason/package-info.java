/** Why features are NULL: the closed list of reasons, and the exception that carries one. */
package com.hospital.ml.reason;
