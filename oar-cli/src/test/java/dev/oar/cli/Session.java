package dev.oar.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** One use of the command inside the test's own process. */
final class Session {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Terminal terminal = new Terminal(new PrintWriter(out, true), new PrintWriter(err, true), false, 80);

    /** Runs a command and returns its exit code. */
    int run(String... arguments) {
        return Main.run(arguments, terminal, Interruption.none());
    }

    Terminal terminal() {
        return terminal;
    }

    String out() {
        return out.toString();
    }

    String err() {
        return err.toString();
    }
}
