"""The service: `Reader` behind HTTP, with a store that survives a crash and web pages for reviewers."""
