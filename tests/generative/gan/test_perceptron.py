"""The hand-written gradient against autograd, and the double-precision outputs against the training ones."""

from __future__ import annotations

import numpy as np
import torch

from quinary.generative.gan.perceptron import Perceptron, layer_shapes, n_weights, outputs_of

SHAPES = layer_shapes(5, 7, 3)


def network() -> Perceptron:
    return Perceptron.drawn(SHAPES, torch.Generator().manual_seed(3))


def reference(weights: torch.Tensor, inputs: torch.Tensor) -> torch.Tensor:
    """The same network in the words of torch.nn."""
    layers: list[torch.nn.Module] = []
    for n_out, n_in in SHAPES:
        layers += [torch.nn.Linear(n_in, n_out), torch.nn.LeakyReLU(0.2)]
    module = torch.nn.Sequential(*layers[:-1])
    parts, start = [], 0
    for n_out, n_in in SHAPES:
        for shape in ((n_out, n_in), (n_out,)):
            size = int(np.prod(shape))
            parts.append(weights[start : start + size].view(shape))
            start += size
    names = [name for name, _ in module.named_parameters()]
    return torch.func.functional_call(module, dict(zip(names, parts, strict=True)), (inputs,))


def test_outputs_equal_those_of_the_same_layers_in_torch() -> None:
    net, inputs = network(), torch.randn((11, 5), generator=torch.Generator().manual_seed(1))
    wanted = reference(net.weights, inputs).detach()
    assert net.weights.shape == (n_weights(SHAPES),)
    torch.testing.assert_close(net.forward(inputs)[-1], wanted)
    plain = outputs_of(net.weights.numpy(), SHAPES, inputs.numpy().astype(np.float64))
    np.testing.assert_allclose(plain, wanted.numpy(), atol=1e-5)


def test_gradients_equal_autograd() -> None:
    net, random = network(), torch.Generator().manual_seed(2)
    inputs = torch.randn((11, 5), generator=random).requires_grad_()
    slope = torch.randn((11, 3), generator=random)
    weights = net.weights.clone().requires_grad_()
    by_weights, by_inputs = torch.autograd.grad((reference(weights, inputs) * slope).sum(), (weights, inputs))
    with torch.no_grad():
        trace = net.forward(inputs)
        torch.testing.assert_close(net.input_slope(trace, slope), by_inputs, atol=1e-5, rtol=1e-4)
        net.descend(trace, slope, rate=0.0)
    torch.testing.assert_close(net.gradient, by_weights, atol=1e-4, rtol=1e-4)


def test_a_copy_goes_its_own_way_with_the_same_state() -> None:
    net = network()
    twin = net.copy()
    with torch.no_grad():
        twin.descend(twin.forward(torch.ones((2, 5))), torch.ones((2, 3)), rate=0.1)
    assert torch.equal(net.weights, network().weights)
    assert not torch.equal(twin.weights, net.weights)
    assert not net.mean_square.any()
    assert twin.mean_square.any()
