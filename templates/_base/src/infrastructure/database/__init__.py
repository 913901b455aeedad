"""The way to the database, and how its tables are brought up to date."""
