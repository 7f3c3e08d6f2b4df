import pytest
import transformers
from torch import nn

from griffin_core.adapters import find_feed_forwards
from griffin_core.errors import UnsupportedModelError
from tests.tiny_models import KINDS, tiny_loaded, tiny_moe


@pytest.mark.parametrize("kind", KINDS)
def test_every_layer_has_one_feed_forward_with_rows_for_every_neuron(kind):
    loaded = tiny_loaded(kind)
    found = find_feed_forwards(loaded.model)
    assert len(found) == loaded.facts.n_layers == 3
    for feed_forward in found:
        rows = feed_forward.input_rows()
        assert [tuple(weight.shape) for weight in rows] == [(feed_forward.d_ff, loaded.facts.d_model)] * len(rows)
        assert len(rows) == (2 if "gate" in feed_forward.layout.inputs[0] else 1)


@pytest.mark.parametrize("kind", ["llama", "gpt2", "phi3"])
def test_bytes_of_all_neurons_are_the_bytes_of_the_projections(kind):
    (first, *_) = find_feed_forwards(tiny_loaded(kind).model)
    parameters = [p for projection in first.inputs for p in projection.parameters()] + [first.output.weight]
    assert first.neuron_bytes * first.d_ff == sum(p.nbytes for p in parameters)


def test_feed_forwards_of_a_vision_tower_are_left_alone():
    text = {"hidden_size": 32, "intermediate_size": 44, "num_hidden_layers": 3, "num_attention_heads": 4,
            "num_key_value_heads": 2, "head_dim": 8, "vocab_size": 300}  # fmt: skip
    vision = {"hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 2, "num_attention_heads": 2,
              "image_size": 28, "patch_size": 14}  # fmt: skip
    model = transformers.Gemma3ForConditionalGeneration(
        transformers.Gemma3Config(text_config=text, vision_config=vision, mm_tokens_per_image=4)
    )
    found = find_feed_forwards(model)
    assert [feed_forward.d_ff for feed_forward in found] == [44] * 3


def test_mixture_of_experts_is_refused_in_words():
    with pytest.raises(UnsupportedModelError, match="mixture of experts"):
        find_feed_forwards(tiny_moe())


def test_unknown_layout_is_refused_with_the_known_ones():
    model = tiny_loaded("llama").model
    model.model.layers[1].mlp.down = model.model.layers[1].mlp.down_proj
    del model.model.layers[1].mlp.down_proj
    with pytest.raises(UnsupportedModelError, match="found in 2.*fc1 → fc2"):
        find_feed_forwards(model)


def test_projection_that_is_no_plain_matrix_is_refused():
    model = tiny_loaded("llama").model
    model.model.layers[0].mlp.down_proj = nn.Identity()
    with pytest.raises(UnsupportedModelError, match="Identity, whose weights cannot be sliced"):
        find_feed_forwards(model)
