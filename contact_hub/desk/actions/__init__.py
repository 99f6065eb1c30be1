"""What is done where several rooms meet."""
