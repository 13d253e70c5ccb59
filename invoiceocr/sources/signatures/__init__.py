"""Digital signatures of PDF and OFD files: what they cover, whether it is unchanged, who signed."""
