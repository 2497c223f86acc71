"""How much a reading process may use, and how it answers."""

PROCESSOR_SECONDS = 20
ADDRESS_SPACE = 512 * 1024**2
LARGEST_RESULT = 64 * 1024**2

READ, REFUSED = "read", "refused"  # first line of the answer; JSON follows
NO_SPACE = 28  # exit status of a process that could not write its answer to a full disk
