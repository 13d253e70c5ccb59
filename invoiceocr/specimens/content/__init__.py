"""What specimens say: invented parties, goods, amounts, and how they are printed."""
