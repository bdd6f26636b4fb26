"""One file a format: how findings are shown to people and programs."""
