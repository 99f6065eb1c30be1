"""Taking over the billing system's extract: read, checked, put by, written, and told."""

from contact_hub.customers.actions.importing.locking import Busy
from contact_hub.customers.actions.importing.running import (
    carry_out,
    give_up,
    prepare,
    prepare_mended,
)

__all__ = ["Busy", "carry_out", "give_up", "prepare", "prepare_mended"]
