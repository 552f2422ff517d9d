package dev.oar.benchmark;

import dev.oar.decode.AnyOrderDecoder;
import dev.oar.decode.ClassifierFreeGuidance;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.decode.DecodingRequest;
import dev.oar.decode.KnownTokens;
import dev.oar.decode.OrderPolicy;
import dev.oar.decode.TokenSource;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.tensor.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * How much memory the logits of large grids and codebooks take: scoring all cells of a batch once, as a dynamic order does in its first
 * step, and one training step with its loss. The network itself is tiny. Memory is what the process holds more at its peak than
 * before, as Linux tells it; elsewhere there are no such rows.
 */
final class MemoryRows implements RowGroup {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path PEAK = Path.of("/proc/self/clear_refs");
    private static final String FORGET_PEAK = "5";
    private static final double KIBIBYTES_A_MEBIBYTE = 1024;

    private final ModelShape shape;
    private final int batch;
    private final Target target;
    private @Nullable AnyOrderTransformer model;

    /** Rows of a transformer of these sizes, {@code batch} images at a time. */
    MemoryRows(ModelShape shape, int batch, Target target) {
        this.shape = shape;
        this.batch = batch;
        this.target = target;
    }

    /** Whether this system tells a process its peak and lets it begin anew. */
    static boolean measurable() {
        return Files.isReadable(STATUS) && Files.isWritable(PEAK);
    }

    @Override
    public List<PlannedRow> rows() {
        String prefix = "memory/" + shape.label() + "/batch-" + batch;
        String scoring = prefix + "/scoring";
        String training = prefix + "/training-step";
        return List.of(
                new PlannedRow(
                        scoring,
                        measured -> peak(
                                scoring, "all " + shape.space().cells() + " cells scored by their entropy", this::score)),
                new PlannedRow(
                        training,
                        measured -> peak(
                                training, "a step of the training loop, optimizer included", () -> {
                                    var unused = TrainingRows.stepSeconds(
                                            shape, batch, 1, Precision.FLOAT32, () -> {});
                                })));
    }

    private Figure peak(String name, String what, Repetitions.Work work) throws IOException {
        Files.writeString(PEAK, FORGET_PEAK);
        double before = mebibytes("VmRSS:");
        work.run();
        double most = mebibytes("VmHWM:");
        return Figure.of(
                name,
                Unit.MEBIBYTES,
                Spread.of(Math.max(0, most - before)),
                String.format(
                        Locale.ROOT,
                        "%s; %d codes, width %d; most resident memory %.0f MiB, before %.0f MiB",
                        what,
                        shape.space().vocabularySize(),
                        shape.config().width(),
                        most,
                        before),
                Optional.of(target));
    }

    /** The first step of an extraction; what comes after it asks about fewer cells. */
    private void score() {
        int cells = shape.space().cells();
        try {
            var unused = new AnyOrderDecoder(model())
                    .decode(new DecodingRequest(
                            shape.conditions(batch),
                            LongStream.range(0, batch).toArray(),
                            1,
                            OrderPolicy.MostConfidentFirst.greedy(ConfidenceMeasure.NEGATIVE_ENTROPY),
                            new TokenSource.GroundTruth(new int[batch][cells]),
                            ClassifierFreeGuidance.OFF,
                            KnownTokens.none(),
                            progress -> {
                                throw new CancellationException("one step is enough");
                            }));
        } catch (CancellationException done) {
            return;
        }
        throw new IllegalStateException("the listener ends the decoding after its first step");
    }

    private AnyOrderTransformer model() {
        AnyOrderTransformer made =
                model == null ? AnyOrderTransformer.initialise(shape.config(), shape.space(), 1) : model;
        model = made;
        return made;
    }

    private static double mebibytes(String key) throws IOException {
        return Files.readAllLines(STATUS).stream()
                .filter(line -> line.startsWith(key))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / KIBIBYTES_A_MEBIBYTE)
                .findFirst()
                .orElseThrow(() -> new IOException(STATUS + " has no line " + key + "; leave rows of memory out"));
    }

    @Override
    public void close() {
        if (model != null) {
            model.close();
            model = null;
        }
    }
}
