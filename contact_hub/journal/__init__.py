"""What happened: one append-only line for each change, and the nudge that tells screens."""
