"""What the services need of time, memory and code, measured; and the pictures in README."""
