"""The application, and the page that no feature has."""
