"""The tables of the tracker."""
