"""From the official downloads of data sets to one annotation format."""
