"""Django's PostgreSQL backend, with connections that wait for a short outage to end."""
