"""Rule packs: YAML files to compiled rules."""
