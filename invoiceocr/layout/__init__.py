"""Where things stand on a page: key phrases, papers, and the lines and regions of a form."""
