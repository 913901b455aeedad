"""The rules and the dashboard of a project, tried by Prometheus itself."""
