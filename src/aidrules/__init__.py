"""aidrules: published social-assistance policy as rule packs, and exact, explainable decisions."""
