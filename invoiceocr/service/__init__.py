"""The service: `Reader` behind HTTP, with a store that survives a crash and pages for those who review."""
