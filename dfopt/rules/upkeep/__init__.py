"""What makes a Dockerfile hard to read and keep."""
