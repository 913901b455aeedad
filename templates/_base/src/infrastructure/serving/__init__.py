"""The server: how it starts, and how it stops without losing a request."""
