"""Passwords, limits on guessing them, and keys."""
