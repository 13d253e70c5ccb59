"""Worker processes: they end with their parent, within limits of time and memory; a lost task is tried once more."""
