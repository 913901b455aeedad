"""The project, as Django calls it: its settings and URLs, the application, errors and pages."""
