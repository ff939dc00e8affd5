"""Where reports go: one destination a file. The setting SINKS names them in order."""
