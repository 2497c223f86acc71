"""The files of the index and the arrays read from them: segments, commits and generations."""
