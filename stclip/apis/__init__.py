"""Ready-made pipelines for people who only bring a video."""
