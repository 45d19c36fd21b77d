"""What an analyst works with: a new indicator begun, and a look at what it would publish, before any run."""
