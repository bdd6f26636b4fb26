"""What makes an image larger than it must be."""
