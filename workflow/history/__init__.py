"""Past cases of other systems: read with their own times and people, marked as imported, never decisions of ours."""
