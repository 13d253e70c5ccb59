"""Specimens as pictures: printed, worn, photographed."""
