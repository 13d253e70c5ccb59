"""A page of pixels to text lines: its picture prepared and read, and read again where other ink or empty cells ask."""
