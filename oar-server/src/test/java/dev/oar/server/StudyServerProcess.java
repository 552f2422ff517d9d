package dev.oar.server;

import dev.oar.preference.PreferenceStudy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A process of its own that serves a study until it is killed. */
final class StudyServerProcess implements AutoCloseable {
    private final Process process;
    private final URI address;

    private StudyServerProcess(Process process, URI address) {
        this.process = process;
        this.address = address;
    }

    static StudyServerProcess start(Path study) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StudyServerProcess.class.getName(),
                        study.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith("port ")) {
                return new StudyServerProcess(process, URI.create("http://127.0.0.1:" + line.substring(5)));
            }
        }
        throw new AssertionError("a study can be served after a kill, but the server ended");
    }

    URI address() {
        return address;
    }

    /** Kills it by SIGKILL, and waits until it is gone. */
    void kill() throws InterruptedException {
        process.toHandle().destroyForcibly();
        var unused = process.waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** Serves the study of the argument. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        PrintStream said = System.out;
        try (StudyServer server =
                StudyServer.start(ServerSettings.loopback(0), PreferenceStudy.open(Path.of(arguments[0])))) {
            said.println("port " + server.port());
            said.flush();
            Thread.currentThread().join();
        }
    }
}
