"""Catalogues as data files, and their readers."""
