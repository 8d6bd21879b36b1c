"""Stages 1 to 3 of one scan date, and what starts and announces it."""
