"""Lines composed and degraded as tensors, thousands a second on a GPU; slower, but the same, on a CPU."""
