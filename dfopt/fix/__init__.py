"""Chooses edits, applies them and gates the result."""
