"""Preparation: official downloads of data sets in one annotation format."""
