"""Runs in learners' real accounts: rows, jobs and pages around `sandboxes.aws`."""
