"""Who asks, and the answer: a file per part of the screen."""
