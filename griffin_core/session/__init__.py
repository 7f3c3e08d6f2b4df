"""A suite of prompts, each recorded as a race, and summed up: figures for programs, a report to read.

What is imported from here works without torch; `session.running`, which runs races, does not.
"""

from griffin_core.session.folder import SessionFolder
from griffin_core.session.report import report_html
from griffin_core.session.result import PromptFailure, PromptOutcome, PromptResult
from griffin_core.session.suite import SuitePrompt, read_suite
from griffin_core.session.summary import LaneSummary, Spread, Summary, summarise
from griffin_core.session.task import SessionSettings, Task, make_tasks

__all__ = [
    "LaneSummary",
    "PromptFailure",
    "PromptOutcome",
    "PromptResult",
    "SessionFolder",
    "SessionSettings",
    "Spread",
    "SuitePrompt",
    "Summary",
    "Task",
    "make_tasks",
    "read_suite",
    "report_html",
    "summarise",
]
