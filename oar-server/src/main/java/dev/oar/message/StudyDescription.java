package dev.oar.message;

/**
 * What is known of a study beforehand.
 *
 * @param question what raters are asked
 */
public record StudyDescription(String question) {}
