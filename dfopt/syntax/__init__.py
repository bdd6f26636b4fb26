"""Bytes to a lossless tree and back: nodes, words, shell scripts, edits."""
