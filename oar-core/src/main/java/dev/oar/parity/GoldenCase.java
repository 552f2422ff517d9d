package dev.oar.parity;

import java.io.IOException;

/** How the cases of one kind are compared. */
interface GoldenCase {
    /**
     * Computes what the folder holds and compares it.
     *
     * @throws java.io.IOException if the folder cannot be read
     */
    void compare(GoldenRun run) throws IOException;
}
