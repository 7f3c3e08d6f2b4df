"""Lanes judged over a file of prompts, each on the full model's greedy answers and on its own.

`prompts_file` → `running` (`generating`, then `teacher_forcing`) → `result`, kept in `results_file` → `figures`
(`bootstrap`, `rouge`) → `report` (`chart`).
"""
