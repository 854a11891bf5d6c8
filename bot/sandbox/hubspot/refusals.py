"""How HubSpot says no."""

import json
import uuid

from bot.sandbox.models import Answer, Payload, Refusal

CATEGORIES = {
    400: "VALIDATION_ERROR",
    401: "INVALID_AUTHENTICATION",
    403: "MISSING_SCOPES",
    404: "OBJECT_NOT_FOUND",
    409: "CONFLICT",
}


def error(message: str, category: str, **more: object) -> Payload:
    """The body of every failure."""
    return {"status": "error", "message": message, "correlationId": str(uuid.uuid4()), "category": category, **more}


def trouble(status: int, message: str) -> Answer:
    """A failure that is not the fault of one property."""
    return Answer(status, error(message, CATEGORIES.get(status, "ERROR")))


def refused(status: int, message: str) -> Refusal:
    """The same as a refusal."""
    return Refusal(status, trouble(status, message).body)


def not_found() -> Refusal:
    """There is no such object."""
    return refused(404, "resource not found")


def bad_properties(problems: list[tuple[str, str, str]]) -> Refusal:
    """What is wrong with which property: (name, code, sentence) each."""
    rows = [
        {"isValid": False, "message": sentence, "error": code, "name": name, "localizedErrorMessage": sentence}
        for name, code, sentence in problems
    ]
    details = [{"message": sentence, "code": code, "context": {"propertyName": [name]}} for name, code, sentence in problems]
    message = f"Property values were not valid: {json.dumps(rows)}"
    return Refusal(400, error(message, "VALIDATION_ERROR", errors=details))


def too_many(policy: str) -> Refusal:
    """A limit is used up."""
    message = f"You have reached your {policy.lower()} limit."
    return Refusal(429, error(message, "RATE_LIMITS", errorType="RATE_LIMIT", policyName=policy))
