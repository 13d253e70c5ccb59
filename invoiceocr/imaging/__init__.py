"""Improves pictures before they are read: size, direction, perspective, inks."""
