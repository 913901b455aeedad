"""What every service needs, whatever it does; it knows nothing of the features."""
