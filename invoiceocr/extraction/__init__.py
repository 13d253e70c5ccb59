"""From a labeled page to its kind and the candidates of its fields, by schemas/*.yaml."""
