"""What waits for the world outside."""
