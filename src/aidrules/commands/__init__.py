"""What the command `aidrules` can do, a module for each command or family of commands."""
