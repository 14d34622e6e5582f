"""What leaves the system for people and other systems: sent at least once, under a name that stays the same."""
