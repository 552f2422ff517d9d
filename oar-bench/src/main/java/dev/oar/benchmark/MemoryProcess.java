package dev.oar.benchmark;

import dev.oar.config.Require;
import dev.oar.config.Spelling;
import dev.oar.decode.AnyOrderDecoder;
import dev.oar.decode.ClassifierFreeGuidance;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.decode.DecodingRequest;
import dev.oar.decode.KnownTokens;
import dev.oar.decode.OrderPolicy;
import dev.oar.decode.TokenSource;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.TokenSpace;
import dev.oar.model.TransformerConfig;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.LibTorch;
import dev.oar.tensor.Precision;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.LongStream;

/**
 * A process that does one piece of work on a transformer with random weights, and writes how much memory it held before, and at most.
 * Memory is what Linux calls resident.
 */
final class MemoryProcess {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final int ARGUMENTS = 8;
    private static final double KIBIBYTES = 1024;

    private MemoryProcess() {}

    /** What is done. */
    enum Work {
        /** The first step of an extraction, which asks about all cells of every image; what comes after it asks about fewer. */
        SCORING,
        /** One step of the training loop. */
        TRAINING;

        String label() {
            return Spelling.word(this);
        }
    }

    /** Whether this system tells a process how much memory it holds. */
    static boolean measurable() {
        return Files.isReadable(STATUS);
    }

    /** The command that starts such a process: one that ends before the optimising compiler pays, whose memory would count, too. */
    static List<String> command(ModelShape shape, int batch, Work work, Path result) {
        return List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                MemoryProcess.class.getName(),
                work.name(),
                shape.config().formulation().name(),
                Integer.toString(shape.config().width()),
                Integer.toString(shape.config().layers()),
                Integer.toString(shape.space().grid().height()),
                Integer.toString(shape.space().vocabularySize()),
                Integer.toString(batch),
                result.toString());
    }

    /** Does what the arguments of {@link #command} say. */
    public static void main(String[] arguments) throws IOException {
        Require.that(arguments.length == ARGUMENTS, "this is started by oar bench alone, with %s arguments", ARGUMENTS);
        ModelShape shape = new ModelShape(
                "memory",
                TransformerConfig.of(
                        TransformerConfig.Formulation.valueOf(arguments[1]),
                        Integer.parseInt(arguments[2]),
                        Integer.parseInt(arguments[3]),
                        2),
                new TokenSpace(TokenGrid.square(Integer.parseInt(arguments[4])), Integer.parseInt(arguments[5]), 10));
        int batch = Integer.parseInt(arguments[6]);
        double before = switch (Work.valueOf(arguments[0])) {
            case SCORING -> score(shape, batch);
            case TRAINING -> train(shape, batch);
        };
        Files.writeString(Path.of(arguments[7]), before + " " + mebibytes("VmHWM:"), StandardCharsets.US_ASCII);
    }

    /** What was held before, in MiB. */
    private static double score(ModelShape shape, int batch) throws IOException {
        try (AnyOrderTransformer model = AnyOrderTransformer.initialise(shape.config(), shape.space(), 1)) {
            double before = mebibytes("VmRSS:");
            try {
                var unused = new AnyOrderDecoder(model)
                        .decode(new DecodingRequest(
                                shape.conditions(batch),
                                LongStream.range(0, batch).toArray(),
                                1,
                                OrderPolicy.MostConfidentFirst.greedy(ConfidenceMeasure.NEGATIVE_ENTROPY),
                                new TokenSource.GroundTruth(
                                        new int[batch][shape.space().cells()]),
                                ClassifierFreeGuidance.OFF,
                                KnownTokens.none(),
                                progress -> {
                                    throw new CancellationException("one step is enough");
                                }));
            } catch (CancellationException afterOneStep) {
                return before;
            }
            throw new IllegalStateException("the listener ends the decoding after its first step");
        }
    }

    private static double train(ModelShape shape, int batch) throws IOException {
        LibTorch.load();
        double before = mebibytes("VmRSS:");
        var unused = TrainingRows.stepSeconds(shape, batch, 1, Precision.FLOAT32, () -> {});
        return before;
    }

    /** A figure of memory of this process, by its key in {@code /proc/self/status}, in MiB. */
    static double mebibytes(String key) throws IOException {
        return Files.readAllLines(STATUS).stream()
                .filter(line -> line.startsWith(key))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / KIBIBYTES)
                .findFirst()
                .orElseThrow(() -> new IOException(STATUS + " has no line " + key + "; leave rows of memory out"));
    }
}
