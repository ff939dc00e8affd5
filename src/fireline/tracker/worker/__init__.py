"""
Who digests, and when: a thread of one process of each host, or `manage.py fireline_worker`.

`turns` is the loop that both run, `election` sees to one digester for each local spool, and `thread`
starts with the first request that a process serves.
"""
