"""Where a fleet is read from: Dockerfiles, an engine, a registry."""
