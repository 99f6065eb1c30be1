"""Lets `python -m contact_hub.cli` stand in for `./hub`."""

from contact_hub.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
