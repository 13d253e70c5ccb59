"""Archives and mails: the files in them, unpacked in memory within limits."""
