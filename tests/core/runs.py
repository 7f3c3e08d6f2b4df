"""One short race on a tiny model, and its figures."""

import torch

import griffin_core as gc

TOKENS = torch.tensor([[5, 9, 17, 33, 8, 250, 41]])


NAMES = ("dense", "griffin:density=0.5")


def race(loaded, tokens=TOKENS, **settings):
    settings = {"max_new_tokens": 6, "ignore_eos": True} | settings
    return gc.race(loaded, tokens, **settings)


def run(loaded, tokens=TOKENS, **settings):
    return list(race(loaded, tokens, **settings))


def lanes_of(events):
    tally = gc.RunTally()
    for event in events:
        tally.add(event)
    return tally.lanes()
