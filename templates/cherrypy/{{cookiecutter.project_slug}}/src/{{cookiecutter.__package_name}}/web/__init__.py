"""The application, its bus, and the pages that no feature has."""
