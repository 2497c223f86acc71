"""Reading: the bytes of a transcript become parsed values. No Django, nothing stored."""
