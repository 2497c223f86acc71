"""The search benchmark's parts: corpora of several sizes, questions drawn from them, one adapter
for each engine, and the measurements of each in a separate process."""
