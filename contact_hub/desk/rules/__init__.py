"""What the desk decides on plain values."""
