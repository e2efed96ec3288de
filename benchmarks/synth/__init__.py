"""Living and spoofed faces made from one portrait each, to measure the face check with. Deterministic by seed.

``people`` are the portraits, ``actor`` what a person does when the screen asks, ``presentation`` what the camera is
shown instead of a person, ``room`` light and camera, ``clip`` puts them together. Nothing of the product knows of it.
"""
