"""PDF files: their pages as text and pictures, what they show, and what would harm PDFium."""
