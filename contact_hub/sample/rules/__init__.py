"""What the fictional town is made of: plain values, the same for the same seed."""
