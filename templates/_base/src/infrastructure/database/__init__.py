"""The way to the database, and how its tables are brought up to date."""

# What it may be, by the schemes of its URL: each has a module here.
DATABASES = ("postgresql", "sqlite")
PRODUCTION_DATABASES = ("postgresql",)
