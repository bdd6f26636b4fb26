"""What a Dockerfile means: stages, scopes, effective configuration, commands, packages, layer effects."""
