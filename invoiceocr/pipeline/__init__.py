"""The stages in order: `Reader`, and what connects sources, imaging and OCR for a page."""
