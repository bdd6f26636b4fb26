"""Reads what the closure in the build recorded: why a file is kept or not, what it holds, what a failed run lacks."""
