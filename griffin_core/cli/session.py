"""`verify`: stub."""

import argparse

from griffin_core.cli.output import Output


def run(arguments: argparse.Namespace, output: Output) -> int:
    return 0
