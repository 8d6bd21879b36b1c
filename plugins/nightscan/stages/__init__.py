"""The seven stages: each turns settings into arguments and hands them to a generic operator."""
