"""The words in which captions of the stage tell what is to be seen."""
