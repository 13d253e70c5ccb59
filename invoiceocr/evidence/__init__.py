"""What was stated about invoices before anything is judged: candidates, readings, drafts."""
