package dev.oar.model;

/** What a transformer draws images from: what the condition of a row becomes in front of the cells. */
public sealed interface Conditioning permits ClassConditioning, CaptionConditioning {}
