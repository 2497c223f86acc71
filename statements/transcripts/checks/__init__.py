"""What can be doubted in what was read, and the proof that no words were lost."""
