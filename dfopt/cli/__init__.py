"""One file a command: parses options, calls one function, prints."""
