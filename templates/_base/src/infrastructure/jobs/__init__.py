"""Background jobs: work that is put down in the database, and done by a process of its own."""
