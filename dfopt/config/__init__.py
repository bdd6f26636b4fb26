"""Configuration files: `dfopt.toml`, or `[tool.dfopt]` in `pyproject.toml`."""
