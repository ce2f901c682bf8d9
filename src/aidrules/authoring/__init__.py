"""What helps an author of rules: the page of facts, schemas for editors, and the skeleton of a new pack."""
