"""What is measured, against whom: every figure as a ratio to the raw limit of this machine's Postgres, in one run."""
