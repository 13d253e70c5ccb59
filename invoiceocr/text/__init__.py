"""Folding and matching of text; slicing and joining of recognized lines."""
