"""Child processes that read, each a module with one engine: `python -m bench.workers.NAME TASKS ANSWERS`."""
