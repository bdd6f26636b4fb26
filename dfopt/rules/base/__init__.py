"""The image that a stage stands on."""
