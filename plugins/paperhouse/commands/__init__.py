"""The commands of `paperhouse`, by what they are for. Each imports what it needs when it is called."""
