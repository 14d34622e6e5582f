"""What auditors use: the replay of a case by the very functions that decided it."""
