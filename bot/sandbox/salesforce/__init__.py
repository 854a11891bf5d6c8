"""A stand-in of Salesforce's REST API."""
