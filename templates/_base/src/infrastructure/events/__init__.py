"""Live events, from whoever tells of them to the sockets of a user."""
