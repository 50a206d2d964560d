"""The clients: one small file for each, with a function ``prepare`` that makes one.

Each runs in a process of its own, and where it needs one in an environment of its own, with nothing
of ours but `bench.target`; `bench.clients` says what that takes.
"""
