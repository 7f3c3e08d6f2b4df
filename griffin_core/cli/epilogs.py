"""What `COMMAND --help` says below the options: lanes, files, examples."""

from griffin_core.cli.exit_codes import IN_WORDS

PROGRAM = "python -m griffin_core"

RACE = f"""\
A lane is method[:key=value,…]:
  dense                        the full model
  griffin                      the neurons this prompt excites most
  griffin-sampled              drawn by the GRIFFIN score
  griffin-topk-sampled         half the strongest, half drawn
  magnitude                    the largest weights, whatever the prompt
  random                       the floor
Keys: density (share of feed-forward neurons kept, above 0 and at most 1, default 0.5), seed (for methods
that draw, and for dense: its own seed when sampling), experts (the text that chooses the neurons in place of the
prompt: shuffled, which is the prompt in another order, or a name given with --experts).

A recording is written while the race runs: interrupted, it holds and plays what came until then.

examples:
  {PROGRAM} race "Explain how photosynthesis works."
  {PROGRAM} race - --lane dense --lane griffin:density=0.25 --json < prompt.txt
  {PROGRAM} race "Write a poem." --experts A="Sort a list." --quality \\
      --lane dense --lane griffin --lane griffin:experts=A
  {PROGRAM} race "Write a poem." --record poem.griffin.jsonl --title "A poem at half density"

{IN_WORDS}"""

SWEEP = f"""\
Every method is measured at every density, and the lanes written out after them. Quality: the full model's greedy
answer is read by both. Speed: both decode by turns. Options that take several values end at the next option;
write PROMPT first, or after --. With --json every point also has k, the neurons kept in each layer.

examples:
  {PROGRAM} sweep "Explain how photosynthesis works."
  {PROGRAM} sweep - --density 0.75 0.5 --method griffin magnitude --json < prompt.txt

{IN_WORDS}"""

EVAL = f"""\
FILE has one JSON object a line; blank lines and lines that begin with # are skipped:
  {{"prompt": "###\\nArticle: …", "reference": "…"}}          continued as it stands
  {{"messages": [{{"role": "user", "content": "…"}}]}}         put into the chat template
reference is an answer for ROUGE-L (needs the package rouge-score). Other keys are ignored.

The full model answers every prompt greedily, to the end of text, a stop string or --max-new-tokens. Every lane reads
that answer teacher-forced, then answers itself. One-shot summaries end with --stop '\\n' --stop '###'; a stop string
counts behind the first word of an answer, and its token is part of it.
With --out every result is kept as it comes; the same command goes on where an interrupted one stopped.
--json: what the keys of a lane mean is in docs/EVALUATION.md.

examples:
  {PROGRAM} eval --prompts suite.jsonl --lane dense --lane griffin:density=0.5 --lane magnitude:density=0.5
  {PROGRAM} eval --prompts xsum.jsonl --stop '\\n' --stop '###' --out xsum.results.jsonl --html xsum.html --json

{IN_WORDS}"""

REPLAY = f"""\
Needs neither the model nor PyTorch. On a terminal the lanes write as they did; elsewhere, and with --json, the
result comes at once. With --json it is the object that race prints, and recorded: when, and on what device.

examples:
  {PROGRAM} replay poem.griffin.jsonl
  {PROGRAM} replay poem.griffin.jsonl --speed 4

{IN_WORDS}"""

VERIFY = f"""\
The race is run again with the recorded token ids, lanes, seeds and settings, on a processor with the recorded
number of threads. What the recording says of the race is compared, and every lane token by token: ids, texts, the end.
Recorded times are not: no machine can run them again. An interrupted recording is compared over what it has.
Model and number format are the recorded ones unless given. A model from a folder or a file must be given, and so must
one of the hub that is not on this machine: nothing is downloaded because a file names it.

examples:
  {PROGRAM} verify poem.griffin.jsonl
  {PROGRAM} verify poem.griffin.jsonl --device cuda --json

exit code 3: something is not as recorded; the result says what and where.
{IN_WORDS}"""

SESSION = f"""\
SUITE has one JSON object a line; blank lines and lines that begin with # are skipped:
  {{"prompt": "Explain …", "id": "q1", "system": "Be brief.", "chat": true, "title": "…", "tags": ["science"]}}
Only prompt must be there. Every prompt is recorded into a file of its own in DIR, which ends with summary.json and
report.html. The same command goes on where an interrupted one stopped: prompts that are recorded with the same
settings are not run again.

examples:
  {PROGRAM} session suite.jsonl --out results
  {PROGRAM} session suite.jsonl --lane dense --lane griffin:density=0.25 --max-new-tokens 64 --out results

exit code 1: at least one prompt failed; the others are recorded.
{IN_WORDS}"""

EXPORT = f"""\
Needs neither the model nor PyTorch.
  csv              one row a token, with its times
  markdown         a report with figures, answers, settings and machine
  llm-comparator   for Google PAIR's LLM Comparator; takes several recordings
  asciicast        a film for terminals and for asciinema's player, lanes side by side
A page that plays the recording in a browser (HTML) comes from the page itself: its tab Recordings, Download.

examples:
  {PROGRAM} export poem.griffin.jsonl --as markdown > poem.md
  {PROGRAM} export results/*.griffin.jsonl --as llm-comparator --out results.json

{IN_WORDS}"""

COMPARE = f"""\
Needs neither the models nor PyTorch. Lanes are paired by name, those left over by their order.

example:
  {PROGRAM} compare half.griffin.jsonl quarter.griffin.jsonl

{IN_WORDS}"""

ESTIMATE = f"""\
Time per token = bytes that a step reads / (bandwidth × share) + fixed time. Nothing is run, no model is needed, and
PyTorch only with --measure. How good a pruned answer is, it does not say.
--check reads what benchmarks/decode.py --json prints last, {{"rows": [...]}}, estimates every row with its own density,
lengths, dtype and prefill, and tells by how much each estimate is off. --shape must be the model that was measured.
Where steps are started one by one by Python, the fixed time is far larger than its default: give yours.

shapes:
  smollm2-135m (embedded), smollm2-360m, qwen2.5-0.5b, llama-3.2-1b, llama-2-7b, llama-2-13b, llama-3-8b, gemma-7b,
  mistral-7b, qwen3-8b, opt-6.7b
devices, quoted:
  H200; H100 SXM; H100 PCIe; A100 80GB; A100 40GB; V100 SXM2; L40S; L40; A10; T4; L4; RTX 5090; RTX 4090; RTX 3090;
  RTX 3060 12GB; MI300X; Apple M2 Ultra; Apple M2 Max; Apple M2 Pro; Apple M2;
  CPU, DDR5-5600, 2 channels; CPU, DDR4-3200, 2 channels

examples:
  {PROGRAM} estimate --shape llama-2-13b --prompt-tokens 1000 --new-tokens 128 --device-name "H100 SXM"
  {PROGRAM} estimate --measure --prefill-ms 400 --json
  {PROGRAM} estimate --measure --check decode_rows.json

{IN_WORDS}"""
