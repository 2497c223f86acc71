"""Terms become files, and files arrays: documents, segments, commits and generations."""
