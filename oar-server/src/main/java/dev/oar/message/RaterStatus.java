package dev.oar.message;

import dev.oar.preference.PreferenceStudy;
import java.util.Optional;

/**
 * How far a rater has come.
 *
 * @param done votes that stand
 * @param count pairs of the rater
 * @param next what is shown; absent when all is done
 */
public record RaterStatus(int done, int count, Optional<PreferenceStudy.Shown> next) {}
