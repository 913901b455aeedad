"""What every service needs, in this process: what no request from outside can bring about."""
