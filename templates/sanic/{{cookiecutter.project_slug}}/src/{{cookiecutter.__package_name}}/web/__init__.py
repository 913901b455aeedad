"""The framework: the application, its errors, and what no feature has."""
