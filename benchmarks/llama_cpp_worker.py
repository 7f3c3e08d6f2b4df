"""llama.cpp decoding, in an interpreter of its own. Knows llama-cpp-python and lines of JSON; knows nothing of ours.

Started by llama_cpp.py. The first line of its input is what to do: {"gguf", "prompt": […], "new_tokens", "threads"}. It
answers {"version": …}; every further line asks for one greedy answer and is answered {"ms": mean time per token}. Only
steps are timed, each a token read and the most likely next one found; the prompt and the first token are not. What is
wrong is answered {"error": …}.
"""

import importlib
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

SPARE_POSITIONS = 8


def say(answer: dict[str, object]) -> None:
    """One line, at once."""
    print(json.dumps(answer), flush=True)


def decoder(llama_cpp: Any, task: dict[str, Any]) -> Callable[[], float]:
    """Load the model; what gives the mean ms per token of one more answer."""
    import numpy as np  # llama-cpp-python needs it, and this file is run where that is

    prompt: list[int] = task["prompt"]
    steps: int = task["new_tokens"] - 1
    llama = llama_cpp.Llama(
        model_path=task["gguf"],
        n_ctx=len(prompt) + steps + SPARE_POSITIONS,
        n_threads=task["threads"],
        n_threads_batch=task["threads"],
        n_gpu_layers=0,
        verbose=False,
    )

    def most_likely() -> int:
        logits = llama_cpp.llama_get_logits_ith(llama.ctx, -1)
        return int(np.ctypeslib.as_array(logits, shape=(llama.n_vocab(),)).argmax())

    def answer_ms() -> float:
        llama.reset()
        llama.eval(prompt)
        token = most_likely()
        started_s = time.perf_counter()
        for _ in range(steps):
            llama.eval([token])
            token = most_likely()
        took_s = time.perf_counter() - started_s
        return took_s * 1000 / steps

    return answer_ms


def main() -> None:
    """Answer until the input ends."""
    beside = Path(__file__).resolve().parent  # where a script's imports are looked for first, and llama_cpp.py is ours
    sys.path = [folder for folder in sys.path if Path(folder).resolve() != beside]
    task = json.loads(sys.stdin.readline())
    try:
        llama_cpp = importlib.import_module("llama_cpp")
        answer_ms = decoder(llama_cpp, task)
    except (ImportError, OSError, ValueError, RuntimeError) as error:
        say({"error": f"{type(error).__name__}: {error}"})
        return
    say({"version": str(llama_cpp.__version__)})
    for _ in sys.stdin:
        say({"ms": answer_ms()})


if __name__ == "__main__":
    main()
