"""Where failures come from: one framework a file, imported nowhere else."""
