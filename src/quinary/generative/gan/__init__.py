"""The conditional Wasserstein GAN of S1, and the networks like it."""

from quinary.generative.gan.conditional_vae import VaeSettings, sample_vae, train_vae
from quinary.generative.gan.wgan import TrainedWgan, WganSettings, train_wgan
from quinary.generative.gan.wgan_penalty import PenaltySettings, sample_penalty_gan, train_penalty_gan

__all__ = [
    "PenaltySettings",
    "TrainedWgan",
    "VaeSettings",
    "WganSettings",
    "sample_penalty_gan",
    "sample_vae",
    "train_penalty_gan",
    "train_vae",
    "train_wgan",
]
