"""What survives a crash: records, jobs, files, answers, and the claims in the ledger."""
