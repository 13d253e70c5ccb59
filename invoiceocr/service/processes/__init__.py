"""The worker processes that read files, and what is asked of them."""
