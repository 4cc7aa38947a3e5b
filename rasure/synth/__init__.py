"""The synthetic force: invented streets, people and records on the real skeleton of the Thames Valley.

Pure given a seed: frames in, frames and texts out; no clock, no global state. Every module asks `Force.rng` for its own
stream of random numbers, so that a change in one part leaves the others as they were. Start reading at `build.py`.
May import the words, the ground and the four subjects; numpy, pandas and shapely from outside.
"""
