"""How Salesforce says no: a list of errors, each with a message, a code and perhaps the fields."""

from bot.sandbox.models import Payload, Refusal


def error(code: str, message: str, *fields: str) -> Payload:
    """One entry of the list."""
    return {"message": message, "errorCode": code} | ({"fields": list(fields)} if fields else {})


def refusal(status: int, code: str, message: str, *fields: str) -> Refusal:
    """A refusal with one error."""
    return Refusal(status, [error(code, message, *fields)])


def missing(what: str = "The requested resource does not exist") -> Refusal:
    """Not there."""
    return refusal(404, "NOT_FOUND", what)
