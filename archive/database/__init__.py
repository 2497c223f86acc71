"""Django's PostgreSQL backend, with connections that wait for the end of a short outage."""
