"""The conditional Wasserstein GAN of S1."""

from quinary.generative.gan.wgan import TrainedWgan, WganSettings, train_wgan

__all__ = [
    "TrainedWgan",
    "WganSettings",
    "train_wgan",
]
