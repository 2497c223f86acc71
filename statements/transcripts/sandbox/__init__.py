"""Reading in a process of its own, under limits: the client, and the worker it starts."""
