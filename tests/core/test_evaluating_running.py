"""Lanes write their own answers to the natural end and are judged; everything lent is given back."""

import json

import pytest

import griffin_core as gc
from griffin_core.evaluating import generating
from griffin_core.evaluating.figures import evaluation_figures
from griffin_core.evaluating.generating import write_answers
from griffin_core.evaluating.prompts_file import read_prompts
from griffin_core.evaluating.result import PromptResult
from griffin_core.evaluating.running import encode_prompts, evaluate
from griffin_core.events import TokenEmitted
from griffin_core.racing import start_race
from griffin_core.settings import EvaluationSettings, RunSettings
from tests.core.runs import TOKENS, lanes_of, run
from tests.tiny_models import tiny_loaded


def results_of(loaded, prompts, settings):
    return [event for event in evaluate(loaded, prompts, settings) if isinstance(event, PromptResult)]


def test_answers_are_those_of_a_race():
    loaded = tiny_loaded("llama")
    (found,) = results_of(loaded, [TOKENS], EvaluationSettings(max_new_tokens=12))
    dense, pruned = lanes_of(run(loaded, max_new_tokens=12, ignore_eos=False))
    assert (found.answer_ids, found.answer) == (dense.token_ids, dense.text)
    assert [(lane.token_ids, lane.text) for lane in found.lanes] == [
        (lane.token_ids, lane.text) for lane in (dense, pruned)
    ]
    assert all(len(lane.kl) == len(dense.token_ids) - 1 for lane in found.lanes)


def test_kl_and_agreement_are_those_of_the_closer_look():
    loaded = tiny_loaded("llama")
    (found,) = results_of(loaded, [TOKENS], EvaluationSettings(max_new_tokens=12))
    quality = gc.token_quality(loaded, TOKENS, found.answer_ids, gc.make_plan(loaded, TOKENS))
    assert found.lanes[1].kl == pytest.approx(quality.kl[1:].tolist(), rel=1e-4, abs=1e-5)
    assert list(found.lanes[1].agrees) == quality.agrees[1:].tolist()
    own = gc.token_quality(loaded, TOKENS, found.lanes[1].token_ids, gc.make_plan(loaded, TOKENS))
    assert found.lanes[1].full_logprob == pytest.approx(float(own.full.logprob.mean()), rel=1e-4)


def test_an_answer_ends_with_a_stop_string_behind_its_first_word(monkeypatch):
    loaded = tiny_loaded("llama")
    pieces = {"dense": ("\n", " a", "b", "\n", "c", "d"), "griffin:density=0.5": ("x", "y", "#", "##", "z", "\n")}

    def scripted(*arguments):
        for event in start_race(*arguments):
            if isinstance(event, TokenEmitted):
                object.__setattr__(event, "text", pieces[event.lane][event.index])
            yield event

    monkeypatch.setattr(generating, "start_race", scripted)
    tokens = []

    def counted(writing):
        answers = yield from writing
        written.extend((answer.text, len(answer.token_ids)) for answer in answers)

    written = []
    settings = RunSettings(max_new_tokens=6, ignore_eos=True)
    tokens += counted(write_answers(loaded, TOKENS, settings, stop=("\n", "###")))
    assert written == [("\n ab\n", 4), ("xy###", 4)]
    assert tokens[-1] == 8


def test_a_race_is_closed_when_every_answer_has_ended(monkeypatch):
    loaded = tiny_loaded("llama")
    seen = []

    def watched(*arguments):
        for event in start_race(*arguments):
            seen.append(event)
            yield event

    monkeypatch.setattr(generating, "start_race", watched)
    settings = RunSettings(max_new_tokens=40, ignore_eos=True)
    first = lanes_of(run(loaded))[0].text.lstrip()[0]
    list(write_answers(loaded, TOKENS, settings, stop=(first,)))  # both lanes begin with the same token
    assert sum(isinstance(event, TokenEmitted) for event in seen) < 2 * 40


def test_prompts_that_are_done_are_left_out():
    loaded = tiny_loaded("llama")
    events = evaluate(loaded, [TOKENS, TOKENS[:, 1:]], EvaluationSettings(max_new_tokens=4), done=1)
    (found,) = [event for event in events if isinstance(event, PromptResult)]
    assert (found.number, found.prompt_tokens) == (2, TOKENS.shape[1] - 1)


def test_closing_an_evaluation_gives_everything_back():
    loaded = tiny_loaded("llama")
    events = evaluate(loaded, [TOKENS], EvaluationSettings(max_new_tokens=6))
    before = next(events)
    assert before.tokens > 0
    events.close()
    (again,) = results_of(loaded, [TOKENS], EvaluationSettings(max_new_tokens=6))
    assert again.answer_ids == lanes_of(run(loaded, ignore_eos=False))[0].token_ids
    assert not any(module._forward_pre_hooks for module in loaded.model.modules())


def test_two_prompts_on_the_embedded_model(embedded, tmp_path):
    text = "The river rises in the hills, runs through two lakes and ends in the sea. "
    lines = [{"prompt": text * 8 + "The river"}, {"messages": [{"role": "user", "content": "What is a lake?"}]}]
    (tmp_path / "prompts.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    prompts = read_prompts(tmp_path / "prompts.jsonl")
    lanes = tuple(map(gc.parse_lane, ("dense", "griffin:density=0.5", "magnitude:density=0.5")))
    settings = EvaluationSettings(lanes=lanes, max_new_tokens=12)
    results = results_of(embedded, encode_prompts(embedded, prompts, settings), settings)
    full, griffin, magnitude = evaluation_figures(results, [None, None], settings)
    assert "two lakes" in results[0].answer
    assert (full.kl_mean, full.top1, full.judged) == (0.0, 1.0, 2)
    assert griffin.kl_mean is not None
    assert magnitude.kl_mean is not None
    assert 0.001 < griffin.kl_mean < magnitude.kl_mean
    assert griffin.full_logprob > magnitude.full_logprob
