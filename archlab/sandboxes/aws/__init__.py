"""The real AWS target: off unless an operator switches it on, and never run against AWS by us.

Nothing here knows the database: a launch and a teardown are frozen values that a job stores
between steps, and `Clients` is the only way to the network.
"""
