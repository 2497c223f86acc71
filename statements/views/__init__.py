"""The faces for people: each view takes parameters, calls one room and renders a page."""
