package dev.oar.text;

/** What becomes of a text that has more tokens than there is room for. */
public enum Truncation {
    /** It loses the tokens at its end, but not the special tokens around it; the result says so. */
    CUT,
    /** It is refused. */
    REFUSE
}
