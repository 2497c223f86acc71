"""The admin for the debates of sessions, and for the days and records of their speeches."""

from statements.admin.sessions.session_admin import SessionAdmin

__all__ = ["SessionAdmin"]
