"""Tasks: the sample resource."""
