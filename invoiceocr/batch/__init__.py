"""Many files: which ones, in which processes, and what they came to."""
