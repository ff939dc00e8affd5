"""Every way to fail, as a button and as a line of curl. A new one is a function in `causes/`."""
