"""HubSpot CRM: contacts, companies and deals read, compared and changed."""
