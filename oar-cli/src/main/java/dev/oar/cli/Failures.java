package dev.oar.cli;

import dev.oar.config.ConfigException;
import dev.oar.tensor.LibTorch;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Ends every failure in one sentence on standard error and an exit code: 1, or 2 where the command line itself was wrong. What only
 * a developer can read (stack traces, texts from C++) goes to a file, or to standard error with {@code --verbose}.
 */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {
    private static final int FAILED = 1;
    private static final int INTERRUPTED = 130;

    private final Terminal terminal;

    Failures(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public int handleParseException(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        String suggestion = "";
        if (failure instanceof UnmatchedArgumentException unmatched
                && !unmatched.getSuggestions().isEmpty()) {
            suggestion = "; did you mean " + String.join(" or ", unmatched.getSuggestions()) + "?";
        }
        String message = FailureSentences.oneLine(String.valueOf(failure.getMessage()));
        terminal.err()
                .println("oar: " + message
                        + (suggestion.isEmpty()
                                ? "; see '" + command.getCommandSpec().qualifiedName() + " --help'"
                                : suggestion));
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
        if (failure instanceof ParameterException usage) {
            return handleParseException(usage, new String[0]);
        }
        return report(failure, Terminal.verbose());
    }

    /** Reports a failure and returns the exit code. */
    int report(Throwable failure, boolean verbose) {
        Throwable cause = FailureSentences.unwrapped(failure);
        if (cause instanceof CancellationException) {
            terminal.err().println("oar: interrupted; finished work is kept, and the same command resumes from there");
            return INTERRUPTED;
        }
        String sentence = FailureSentences.of(cause);
        if (verbose) {
            failure.printStackTrace(terminal.err());
        } else if (!isExpected(cause)) {
            sentence += logged(failure);
        }
        terminal.err().println("oar: " + sentence);
        terminal.err().flush();
        return FAILED;
    }

    /** Reports that results were printed in vain and returns the exit code: that of the command, if it failed anyway. */
    int reportLostOutput(String sentence, int code) {
        if (code != 0) {
            return code;
        }
        terminal.err().println("oar: " + sentence);
        terminal.err().flush();
        return FAILED;
    }

    /** Whether the sentence alone tells the user all there is. */
    private static boolean isExpected(Throwable cause) {
        return cause instanceof IOException
                || cause instanceof ConfigException
                || cause instanceof IllegalArgumentException
                || cause instanceof ArithmeticException
                || cause instanceof OutOfMemoryError
                || isFrom(cause, LibTorch.class);
    }

    private static boolean isFrom(Throwable cause, Class<?> type) {
        StackTraceElement[] trace = cause.getStackTrace();
        return cause instanceof IllegalStateException
                && trace.length > 0
                && trace[0].getClassName().equals(type.getName());
    }

    private static String logged(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text, true));
        try {
            Path log = Files.createTempFile("oar-failure-", ".log");
            Files.write(log, List.of(text.toString()), StandardCharsets.UTF_8);
            return " (details in " + log + ")";
        } catch (IOException e) {
            return " (run again with --verbose for details)";
        }
    }
}
