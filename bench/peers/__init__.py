"""The clients that are measured: a function for each connects one to a `bench.target.Target`.

Each runs in a process of its own and, where `bench.rows` says so, in an environment of its own.
"""
