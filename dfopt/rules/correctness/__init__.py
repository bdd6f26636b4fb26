"""What fails or surprises at build or at run time."""
