package dev.oar.file;

import java.io.IOException;

/** A file does not hold what its format promises; the message names the rule, the values and the remedy in one sentence. */
public final class CorruptFileException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Creates the exception with its one sentence. */
    public CorruptFileException(String message) {
        super(message);
    }

    /** Creates the exception with its one sentence and what led to it. */
    public CorruptFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
