"""The user's ShellCheck: scripts in, what it says of them out. Nothing needs it, and it runs only when asked for."""
