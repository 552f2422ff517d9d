package dev.oar.model;

import dev.oar.config.Kind;

/** Images are drawn from classes: a class becomes one token, a row of a table. This is what a recipe means that says nothing. */
@Kind("class")
public record ClassConditioning() implements Conditioning {}
