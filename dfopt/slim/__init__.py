"""Plans a final stage that holds only what the program needs."""
