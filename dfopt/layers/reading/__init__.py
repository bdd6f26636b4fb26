"""From a Dockerfile and how it is built to its recipe."""
