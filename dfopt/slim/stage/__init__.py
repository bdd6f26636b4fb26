"""Computes the closure inside the build: the text of a stage, for when no engine is at hand."""
