"""What makes an image less safe than it must be."""
