"""What was found in a video, and the forms that it is kept in."""
