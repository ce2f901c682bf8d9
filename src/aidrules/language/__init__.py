"""What a rule file says: YAML read into packs, expressions and units, layers, dates and sources."""
