"""The language server: findings, what the rules say of them, and fixes, while a Dockerfile is being written."""
