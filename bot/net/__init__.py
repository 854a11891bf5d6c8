"""The one hardened way out to other systems."""
