"""The bricks of the methods, one paper term a file."""
