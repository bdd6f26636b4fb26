"""The layers of a fleet: what is shared and what sharing saves."""
