"""Writing attributes and graphs by asking a language model."""
