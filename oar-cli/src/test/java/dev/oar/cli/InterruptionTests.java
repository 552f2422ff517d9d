package dev.oar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "signals")
class InterruptionTests {
    private static final int KILLED = 128 + 9;
    private static final int ENDED_BY_TERM = 128 + 15;

    /** Work that never gets to a check, as in the middle of one long tensor operation. */
    static final class Stubborn {
        private Stubborn() {}

        /** Says that it has begun and goes on for a minute. */
        public static void main(String[] arguments) throws InterruptedException {
            Interruption interruption =
                    Interruption.watch(Terminal.ofProcess(new PrintWriter(System.out, true)), Duration.ofMillis(300));
            System.out.println("begun");
            Thread.sleep(60_000);
            interruption.finished();
        }
    }

    /** Work that asks now and then. */
    static final class Willing {
        private Willing() {}

        /** Says that it has begun and ends when it is asked to. */
        public static void main(String[] arguments) throws InterruptedException {
            Interruption interruption =
                    Interruption.watch(Terminal.ofProcess(new PrintWriter(System.out, true)), Duration.ofSeconds(60));
            System.out.println("begun");
            try {
                while (true) {
                    interruption.check();
                    Thread.sleep(10);
                }
            } catch (CancellationException e) {
                // As the command does it: what is to be said is said before the work counts as over.
                System.err.println(e);
            } finally {
                interruption.finished();
            }
        }
    }

    @Test
    void workThatDoesNotEndInTimeIsKilledWithASentenceInsteadOfCrashingInAnOrdinaryExit() throws Exception {
        Process process = start(Stubborn.class);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(KILLED);
        assertThat(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                .startsWith("oar: interrupted in the middle of a long operation; finished work is kept")
                .hasLineCount(1);
    }

    @Test
    void workThatAsksEndsByItself() throws Exception {
        Process process = start(Willing.class);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(ENDED_BY_TERM);
        assertThat(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualToIgnoringNewLines("java.util.concurrent.CancellationException: interrupted");
    }

    private static Process start(Class<?> program) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        program.getName())
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        assertThat(out.readLine()).isEqualTo("begun");
        // Process.destroy would close the streams, too.
        new ProcessBuilder("sh", "-c", "kill -TERM " + process.pid()).start().waitFor();
        return process;
    }
}
