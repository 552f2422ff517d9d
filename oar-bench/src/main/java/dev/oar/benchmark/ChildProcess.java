package dev.oar.benchmark;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CancellationException;

/** A program that is run to its end. */
final class ChildProcess {
    private ChildProcess() {}

    /**
     * What a command prints; its errors are not looked at.
     *
     * @param withheld beginnings of the names of environment variables that it does not get to see
     * @throws IOException if it cannot be started or does not end with 0
     * @throws CancellationException if this thread is interrupted; the program is then told to end
     */
    static String output(List<String> command, List<String> withheld) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.DISCARD);
        builder.environment().keySet().removeIf(name -> withheld.stream().anyMatch(name::startsWith));
        Process process = builder.start();
        try {
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            if (code != 0) {
                throw new IOException("a measured program must end with 0, but '" + String.join(" ", command)
                        + "' ended with " + code + "; run it by hand to see why");
            }
            return printed;
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        }
    }
}
