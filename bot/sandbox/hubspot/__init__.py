"""A stand-in of HubSpot's CRM API, version 3."""
