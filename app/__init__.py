"""面签台: the face-to-face signing of car loans."""
