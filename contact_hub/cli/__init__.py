"""The commands behind `./hub`."""
