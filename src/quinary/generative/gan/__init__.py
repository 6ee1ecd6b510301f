"""The conditional Wasserstein GAN of S1, and the networks like it."""
