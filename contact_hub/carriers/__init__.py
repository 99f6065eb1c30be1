"""Moving messages between the hub and the outside world, and nothing else."""
