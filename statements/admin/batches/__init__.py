"""Pages for many files at once: delivery results, the review queue, and bulk decisions."""
