"""OFD files (GB/T 33190): their parts, their pages as text and pictures, and what they state."""
