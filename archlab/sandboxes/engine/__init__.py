"""A CloudFormation template becomes real resources by direct calls, is read back and torn down.

Nothing here knows Django; `child.py` alone imports the emulator.
"""
