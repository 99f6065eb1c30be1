"""What should be: pauses between tries, how a failure ends, the slots of a schedule."""
