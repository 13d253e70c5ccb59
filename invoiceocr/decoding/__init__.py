"""N-best readings of a recognizer's lattice under a grammar."""
