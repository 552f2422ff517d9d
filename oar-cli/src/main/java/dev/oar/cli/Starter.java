package dev.oar.cli;

import java.util.Map;
import java.util.Optional;

/**
 * The process that has started this one, if that asked to be watched: a rank whose starter was killed would go on with nobody to end it.
 */
final class Starter {
    /** The variable that holds the number of the process that started this one. */
    static final String VARIABLE = "OAR_STARTER";

    private static final int FAILED = 1;

    private Starter() {}

    /** Ends this process, as an interruption does, once the one that the environment names has ended; does nothing if it names none. */
    static void watch(Map<String, String> environment, Terminal terminal) {
        String number = environment.get(VARIABLE);
        if (number == null) {
            return;
        }
        Optional<ProcessHandle> starter = handle(number);
        if (starter.isEmpty()) {
            end(terminal);
        } else {
            var unused = starter.get().onExit().thenRun(() -> end(terminal));
        }
    }

    private static Optional<ProcessHandle> handle(String number) {
        try {
            return ProcessHandle.of(Long.parseLong(number));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    VARIABLE + " must be the number of the process that started this one, but is '" + number
                            + "'; unset it",
                    e);
        }
    }

    private static void end(Terminal terminal) {
        terminal.err().println("oar: this rank ends because the process that started it has ended");
        System.exit(FAILED);
    }
}
