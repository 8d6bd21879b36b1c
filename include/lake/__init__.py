"""What lies below the root in HDFS: every table with its columns, and every path."""
