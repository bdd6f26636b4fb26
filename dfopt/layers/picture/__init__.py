"""The picture of a fleet: a tree for the terminal, an SVG, and a page to look around in."""
