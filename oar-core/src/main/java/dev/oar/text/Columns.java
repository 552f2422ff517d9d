package dev.oar.text;

/** How many columns the rows of a batch of texts have. */
public enum Columns {
    /** As many as a text may have tokens, whatever is in the batch: what networks with learned positions were trained on. */
    MAXIMUM,
    /** As many as the longest text of the batch has tokens. */
    LONGEST
}
