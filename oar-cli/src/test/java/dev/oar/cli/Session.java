package dev.oar.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One use of the command inside the test's own process. */
final class Session {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Terminal terminal = new Terminal(new PrintWriter(out, true), new PrintWriter(err, true), false, 80);

    /** A command that draws, run with a model, a folder to draw into and more options. */
    static Session drawing(String command, Path model, Path out, String... options) {
        List<String> arguments =
                new ArrayList<>(List.of(command, "--model", model.toString(), "--out", out.toString()));
        arguments.addAll(List.of(options));
        Session session = new Session();
        session.run(arguments.toArray(String[]::new));
        return session;
    }

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
