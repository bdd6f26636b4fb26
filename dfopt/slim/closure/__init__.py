"""Finds the closure in a built image, one module a kind of dependency."""
