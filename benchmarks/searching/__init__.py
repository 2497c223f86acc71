"""The search benchmark's parts: corpora of several sizes, questions drawn from them, one adapter
an engine, and what is measured of each in a process of its own."""
