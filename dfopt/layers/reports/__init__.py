"""What is told of a fleet, for programs and for pull requests."""
