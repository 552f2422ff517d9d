package dev.oar.model;

/** What makes vectors of the words of a caption. */
public sealed interface CaptionEncoder permits LearnedEncoder, FrozenEncoder {}
