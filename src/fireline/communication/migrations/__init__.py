"""How the table of the trail came to be."""
