"""Worker processes: they end with their parent and have limits of time and memory; a lost task is tried once more."""
