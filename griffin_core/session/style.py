"""How the report looks: one style sheet, light and dark. Knows class names only."""

STYLE = """
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1c2330; --soft: #5b6577; --line: #d8dde6; --wash: #f4f6f9;
  --accent: #0b6e99; --dot: #0b6e99; --bad: #a3301f;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #12161d; --ink: #e6eaf1; --soft: #9aa5b8; --line: #2c3442; --wash: #1a202a;
    --accent: #6cc4ea; --dot: #6cc4ea; --bad: #f0907f;
  }
}
body {
  max-width: 76rem; margin: 2rem auto; padding: 0 1rem;
  background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif;
}
h1 { font-size: 1.6rem; line-height: 1.2; }
h2 { font-size: 1.15rem; margin-top: 2.2rem; }
a { color: var(--accent); }
code, pre { font-family: ui-monospace, monospace; font-size: 0.9em; }
pre { padding: 0.7rem 0.9rem; background: var(--wash); white-space: pre-wrap; overflow-wrap: anywhere; }
.soft { color: var(--soft); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 0.35rem 0.8rem; border-bottom: 1px solid var(--line); text-align: right; vertical-align: top; }
th { font-weight: 600; }
td { white-space: nowrap; }
th.text, td.text { text-align: left; white-space: normal; overflow-wrap: anywhere; }
td.text { min-width: 5rem; }
td.name { text-align: left; }
td.answers { min-width: 17rem; }
.failed { color: var(--bad); }
summary { cursor: pointer; }
svg { width: 100%; height: auto; min-width: 34rem; max-width: 48rem; display: block; }
svg text { fill: var(--ink); font: 13px system-ui, sans-serif; }
svg .lane { paint-order: stroke; stroke: var(--paper); stroke-width: 5px; }
svg .tick { fill: var(--soft); font-size: 11px; }
svg .grid { stroke: var(--line); }
svg .same { stroke: var(--soft); stroke-dasharray: 4 3; }
svg .whisker { stroke: var(--soft); }
svg .box { fill: none; stroke: var(--ink); }
svg .median { stroke: var(--ink); stroke-width: 2.5; }
svg .dot { fill: var(--dot); fill-opacity: 0.55; }
"""
