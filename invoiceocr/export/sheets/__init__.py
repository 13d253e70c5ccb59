"""Tables before any file format: their columns, cells and rows."""
