"""The admin for organs and the debates of their sessions, and for the days and records of
speeches."""

from statements.admin.sessions.organ_admin import OrganAdmin
from statements.admin.sessions.session_admin import SessionAdmin

__all__ = ["OrganAdmin", "SessionAdmin"]
