"""Engines, registries, root file systems and probes."""
