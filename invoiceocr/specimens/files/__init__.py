"""Specimens as files with text: PDF, OFD, XML."""
