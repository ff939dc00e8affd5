"""The Django projects in which Fireline and foxray run for the comparison."""
