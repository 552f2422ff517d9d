package dev.oar.spark;

import dev.oar.piece.PieceFile;
import dev.oar.piece.PieceJob;
import dev.oar.tensor.Processor;
import java.io.IOException;
import java.io.Serializable;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.api.java.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes one piece, on an executor.
 *
 * @param job what it is a piece of
 * @param folder where pieces go
 * @param inputs where executors fetch the job's inputs from; null where they see them themselves
 */
record PieceTask(
        PieceJob job, SharedFolder folder, @Nullable SharedFolder inputs)
        implements Function<Integer, PieceTask.Outcome> {
    /**
     * What became of a task.
     *
     * @param number of the piece
     * @param processor what the executor's machine is
     * @param made whether this task's file is the one that stayed
     */
    record Outcome(int number, String processor, boolean made) implements Serializable {}

    @Override
    public Outcome call(Integer number) throws IOException {
        String name = PieceFile.name(job, number);
        if (folder.has(name)) {
            return new Outcome(number, processor(), false);
        }
        Path local = Files.createTempFile("oar-piece", ".safetensors");
        try {
            OpenJob.write(this, number, local);
            return new Outcome(number, processor(), folder.commit(local, name));
        } catch (IOException e) {
            throw new IOException("on " + InetAddress.getLocalHost().getHostName() + ": " + e.getMessage(), e);
        } finally {
            Files.deleteIfExists(local);
        }
    }

    private static String processor() {
        return Processor.here().model();
    }
}
