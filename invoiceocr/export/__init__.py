"""Results to files people and programs read: JSON, CSV, Excel, annotated pictures. No reading happens here."""
