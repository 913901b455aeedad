"""What is done to every request and answer, whatever the endpoint."""
