"""A suite of prompts, each recorded as a race, and summed up."""
