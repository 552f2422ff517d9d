package dev.oar.hub;

import org.jspecify.annotations.Nullable;

/**
 * What one attempt came to. Failures that may pass with time are values, so that they can be tried again; whatever trying again
 * cannot mend is an exception.
 */
sealed interface Outcome<T> {
    /** It went well. */
    record Done<T>(T value) implements Outcome<T> {}

    /**
     * It failed in a way that may pass.
     *
     * @param reason what happened, to follow a word such as "because"
     * @param advanced whether enough was gained to count the failures anew
     */
    record Failed<T>(String reason, @Nullable Exception cause, boolean advanced) implements Outcome<T> {
        Failed(String reason) {
            this(reason, null, false);
        }

        /** The same failure, of an attempt that should have given something else. */
        <S> Failed<S> as() {
            return new Failed<>(reason, cause, advanced);
        }
    }
}
