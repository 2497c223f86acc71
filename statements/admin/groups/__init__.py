"""Groups of States: who may change them may change countries."""
