"""The one place that states dfopt's version."""

__version__ = "0.1.0"
