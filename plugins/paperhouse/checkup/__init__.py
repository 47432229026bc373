"""What `paperhouse doctor` looks at, one subject a module; each function yields findings and changes nothing."""
