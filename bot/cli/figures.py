"""How figures are shown on the command line."""


def figure(value: float | None) -> str:
    """Three digits; a dash where nothing could tell it."""
    return "-" if value is None else f"{value:.3f}"
