"""The public pages. A view reads the request, calls one other package and renders a page."""
