"""One module a subject; each offers `commands`, a list of click commands, and imports what they need only when run."""
