"""Pictures of single lines of text with their exact truth: typeset, printed, photographed and cut out."""
