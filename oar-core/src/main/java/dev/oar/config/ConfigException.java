package dev.oar.config;

/** A recipe says what cannot be; the message names file, line, rule, values and remedy in one sentence. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Creates the exception with its one sentence. */
    public ConfigException(String message) {
        super(message);
    }

    /** Creates the exception with its one sentence and what led to it. */
    public ConfigException(String message, Throwable cause) {
        super(message, cause);
    }
}
