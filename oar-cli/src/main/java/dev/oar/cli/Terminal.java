package dev.oar.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where commands write: results on standard output, failures and progress bars on standard error.
 *
 * @param out results
 * @param err failures
 * @param interactive whether a person watches both; then progress is a bar, otherwise a line now and then
 * @param columns width of a line
 */
record Terminal(PrintWriter out, PrintWriter err, boolean interactive, int columns) {
    /** Whether both streams are a terminal; only a shell can tell cheaply, so the launcher does. */
    static final String INTERACTIVE_PROPERTY = "oar.terminal";

    /** The width of the terminal. */
    static final String COLUMNS_PROPERTY = "oar.columns";

    /** The level of the log; see logback.xml. */
    private static final String LOG_PROPERTY = "oar.log";

    /**
     * The terminal of this process.
     *
     * @param out standard output
     */
    static Terminal ofProcess(PrintWriter out) {
        return new Terminal(
                out,
                new PrintWriter(System.err, true),
                Boolean.getBoolean(INTERACTIVE_PROPERTY),
                Math.max(40, Integer.getInteger(COLUMNS_PROPERTY, 80)));
    }

    /** Tells where earlier results of other settings have moved to, if there were any. */
    void earlierResults(Optional<Path> moved) {
        moved.ifPresent(
                folder -> err.println("note: results of other settings were there already; they are now in " + folder));
    }

    /** Lets the log say more; works until the first logger is made. */
    static void setVerbose() {
        System.setProperty(LOG_PROPERTY, "DEBUG");
    }

    /** Whether {@link #setVerbose()} was called. */
    static boolean verbose() {
        return "DEBUG".equals(System.getProperty(LOG_PROPERTY));
    }
}
