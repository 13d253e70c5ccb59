"""What makes the documents and the release: pictures, the reference of the command line, lists of dependencies."""
