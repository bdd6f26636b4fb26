"""What throws the build cache away or does not use it."""
