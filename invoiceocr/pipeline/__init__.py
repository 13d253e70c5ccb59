"""The stages in their order: `Reader`, and what joins sources, imaging and OCR for a page."""
