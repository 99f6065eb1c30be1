"""What should be, decided on plain values."""
