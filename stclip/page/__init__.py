"""The page of ``stclip serve``: a session for each user, and a thin server.

``session.py`` holds what a user has: a video, a look at it, the answer. It
knows nothing of browsers. ``app.py`` alone knows of HTTP.
"""
