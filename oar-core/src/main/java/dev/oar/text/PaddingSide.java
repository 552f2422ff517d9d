package dev.oar.text;

/** On which side of a text the tokens stand that only fill up its row. */
public enum PaddingSide {
    /** In front of the text, which ends in the last column. */
    LEFT,
    /** Behind the text, which begins in the first column. */
    RIGHT
}
