"""
Figures: how much, how often, how long; counted where it happens, shared by all processes.

The families are prometheus-client's, and so are those of the project and of django-prometheus:
their values are kept where every process of the service finds them, without any configuration.
"""

from fireline.metrics.business import business_figures, register
from fireline.metrics.collect import families_now
from fireline.metrics.families import count_error, count_request
from fireline.metrics.install import install

__all__ = [
    "business_figures",
    "count_error",
    "count_request",
    "families_now",
    "install",
    "register",
]
