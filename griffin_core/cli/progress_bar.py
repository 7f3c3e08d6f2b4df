"""A bar on standard error for work over many prompts. Knows rich; knows nothing of the work.

It is drawn when it is told to, never by a thread of its own: that would draw in the middle of a timed step.
"""

import sys

from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.table import Column

from griffin_core.cli.screen import console_on


def progress_bar() -> Bar:
    """The bar, not begun; its tasks have a field `doing`, shown in front."""
    return Bar(
        TextColumn(
            "{task.fields[doing]}", markup=False, table_column=Column(no_wrap=True, overflow="ellipsis", ratio=1)
        ),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console_on(sys.stderr, width=None),
        auto_refresh=False,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
        expand=True,
    )
