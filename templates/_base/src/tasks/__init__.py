"""Tasks: the sample of a resource."""
