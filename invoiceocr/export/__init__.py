"""Results as files for people and programs: JSON, CSV, Excel, annotated pictures. Nothing is read here."""
