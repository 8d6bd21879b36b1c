/** What a caller may choose: the settings, their JSON, their canonical text and its hash. */
package com.hospital.ml.settings;
