"""Drills: real processes are loaded, interrupted or damaged, and must serve and lose nothing."""
