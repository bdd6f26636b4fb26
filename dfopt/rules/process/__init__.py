"""What a container runs, and how."""
