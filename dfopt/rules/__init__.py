"""What makes an image bigger, slower to build or less safe than it must be: one file a rule."""
