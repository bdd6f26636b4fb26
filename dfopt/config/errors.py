"""What can be wrong with a configuration."""


class ConfigError(Exception):
    """A configuration that can't be used; the message says where, what, and how to go on."""
