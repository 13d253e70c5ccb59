"""Tables under ruled headers: their columns, their rows, and cells that were read as one."""
