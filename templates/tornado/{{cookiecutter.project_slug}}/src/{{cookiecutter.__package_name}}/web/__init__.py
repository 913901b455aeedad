"""The application, and the pages that no feature has."""
