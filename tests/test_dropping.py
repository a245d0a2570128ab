from __future__ import annotations

import pytest
import torch

from xeval.learning.dropping import dropped, dropped_onto, luck, thinned

ODD = (37, 53)  # not divisible by the four elements that one number decides


@pytest.mark.parametrize("chance", [0.05, 0.1, 0.5, 0.9])
def test_as_many_are_dropped_as_the_chance_says_and_the_mean_stays(chance: float) -> None:
    torch.manual_seed(0)
    thin = thinned(torch.ones(1000, 999), chance)

    assert float((thin == 0).float().mean()) == pytest.approx(chance, abs=0.002)
    assert float(thin.mean()) == pytest.approx(1, abs=0.01)
    assert torch.allclose(thin[thin != 0], torch.tensor(1 / (1 - chance)), rtol=1e-4)


def test_luck_is_uniform_and_neighbours_know_nothing_of_each_other() -> None:
    torch.manual_seed(0)
    drawn = luck(torch.empty(1000, 1001)).double().flatten()

    counts = torch.histc(drawn, 64, -(2**15), 2**15)
    assert float(((counts - counts.mean()) ** 2 / counts.mean()).sum()) < 110  # chi-square of 63: 99.98%
    for apart in (1, 2, 3, 4, 1001):
        pair = torch.corrcoef(torch.stack([drawn[:-apart], drawn[apart:]]))
        assert abs(float(pair[0, 1])) < 0.005


def test_gradients_flow_through_what_was_kept() -> None:
    states = torch.randn(ODD, generator=torch.Generator().manual_seed(0), requires_grad=True)
    torch.manual_seed(1)
    thin = thinned(states, 0.25)
    thin.sum().backward()

    assert states.grad is not None
    assert torch.equal(states.grad != 0, thin != 0)
    assert torch.allclose(states.grad * states, thin)


def test_luck_comes_from_torchs_generator() -> None:
    states = torch.ones(ODD)
    torch.manual_seed(3)
    before = torch.get_rng_state()
    one = thinned(states, 0.5)
    torch.set_rng_state(before)

    assert torch.equal(one, thinned(states, 0.5))
    assert not torch.equal(one, thinned(states, 0.5))


def test_dropout_does_nothing_outside_training_and_everything_at_one() -> None:
    states, dropout = torch.ones(ODD), torch.nn.Dropout(0.5)

    assert dropped(states, dropout.eval()) is states
    assert dropped(states, torch.nn.Dropout(0.0)) is states
    assert not dropped(states, torch.nn.Dropout(1.0)).any()


def test_states_dropped_onto_others_are_their_sum() -> None:
    states, others, dropout = torch.randn(ODD), torch.randn(ODD), torch.nn.Dropout(0.25)
    torch.manual_seed(4)
    apart = others + dropped(states, dropout)
    torch.manual_seed(4)
    given = (states.clone().requires_grad_(), others.clone().requires_grad_())
    together = dropped_onto(given[1], given[0], dropout)
    together.sum().backward()

    assert torch.allclose(apart, together, atol=1e-6)
    assert given[0].grad is not None
    assert given[1].grad is not None
    assert torch.equal(given[0].grad != 0, apart != others)
    assert torch.equal(given[1].grad, torch.ones(ODD))
    assert torch.equal(dropped_onto(others, states, dropout.eval()), states + others)
