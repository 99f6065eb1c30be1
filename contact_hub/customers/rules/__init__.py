"""What should be, on plain values: matching, verification, why a bill changed."""
