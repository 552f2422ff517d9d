package dev.oar.data;

import dev.oar.config.Spelling;

/** The two sides that images are split into; families never stand on both. */
public enum Split {
    /** Images that models are trained on. */
    TRAIN,
    /** Images kept aside for measuring. */
    TEST;

    /** The name in files: {@code train} or {@code test}. */
    public String label() {
        return Spelling.word(this);
    }
}
