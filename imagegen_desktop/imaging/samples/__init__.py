"""The sample engine: paints pictures on this computer from words, without a network and without any model."""
