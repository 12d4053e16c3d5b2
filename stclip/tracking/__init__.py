"""Who is who along a video, and what each does from when to when."""
