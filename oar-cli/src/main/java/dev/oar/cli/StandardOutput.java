package dev.oar.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Standard output that remembers why it could not be written. Java's own remembers that, but not why. */
final class StandardOutput extends OutputStream {
    private static final String FILE = "oar.output";

    private final OutputStream to;
    private @Nullable IOException failure;

    StandardOutput(OutputStream to) {
        this.to = to;
    }

    /**
     * That of this process: the one it was started with, or the file that the launcher has put in its place, since native libraries print to the
     * other.
     *
     * @throws UncheckedIOException if that file cannot be opened
     */
    static StandardOutput ofProcess() {
        String file = System.getProperty(FILE);
        if (file == null) {
            return new StandardOutput(new FileOutputStream(FileDescriptor.out));
        }
        try {
            return new StandardOutput(new FileOutputStream(file, true));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A writer to this output that hands every line on. */
    PrintWriter writer() {
        // Java before 19 has one encoding for all, and no property of this name.
        Charset charset = Charset.forName(
                System.getProperty("stdout.encoding", Charset.defaultCharset().name()));
        return new PrintWriter(new OutputStreamWriter(new BufferedOutputStream(this), charset), true);
    }

    @Override
    public void write(int letter) throws IOException {
        write(new byte[] {(byte) letter}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
        try {
            to.write(bytes, from, count);
        } catch (IOException e) {
            throw remembered(e);
        }
    }

    @Override
    public void flush() throws IOException {
        try {
            to.flush();
        } catch (IOException e) {
            throw remembered(e);
        }
    }

    private IOException remembered(IOException e) {
        if (failure == null) {
            failure = e;
        }
        return e;
    }

    /** What was lost and why, in one sentence; a reader that went away, as {@code head} does, has all that it wanted. */
    Optional<String> failure() {
        if (failure == null || readerWentAway(failure)) {
            return Optional.empty();
        }
        String reason = FailureSentences.oneLine(String.valueOf(failure.getMessage()));
        return Optional.of("what the command printed could not be written to standard output (" + reason
                + "), though its work is done; make room or write elsewhere, and give the same command again");
    }

    private static boolean readerWentAway(IOException failure) {
        String reason = String.valueOf(failure.getMessage());
        return reason.contains("Broken pipe")
                || reason.contains("pipe is being closed")
                || reason.contains("Connection reset");
    }
}
