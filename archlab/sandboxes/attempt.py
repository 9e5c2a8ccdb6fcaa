"""One attempt at a run, in a process of its own: started, listened to, and ended."""
