"""What the log says of a read that is tried again: nothing that a person has to read, for only how it ends is told."""

from stamina.instrumentation import RetryDetails, set_on_retry_hooks

from bot.watch import log

logger = log.get("http")


def told(details: RetryDetails) -> None:
    """A line for who looks for trouble."""
    logger.debug("asked again", attempt=details.retry_num, wait=round(details.wait_for, 2), reason=str(details.caused_by))


def say_little() -> None:
    """Put that line in the place of stamina's own, which is a warning with the names of its insides in it."""
    set_on_retry_hooks([told])
