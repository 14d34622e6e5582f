"""The feed, sent to another agency's address as it grows: in order, at least once, each event under its own name."""
