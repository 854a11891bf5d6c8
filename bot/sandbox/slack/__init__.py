"""A stand-in of Slack's Web API, beginning with the door that every message has to pass."""
