"""Small helpers without a model or a data set in them."""
