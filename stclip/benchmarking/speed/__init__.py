"""Speed, each as a ratio of two things measured in one process."""
