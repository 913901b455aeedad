"""The framework: the application, its errors, and the pages that no feature has."""
