package dev.oar.benchmark;

import dev.oar.artifact.ModelFolder;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.decode.OrderPolicy.ConfidenceLogits;
import dev.oar.extract.ExtractionConfig;
import dev.oar.extract.OrderExtractor;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingModel;
import dev.oar.generate.DrawingOrder;
import dev.oar.generate.GenerationRequest;
import dev.oar.generate.ImageGenerator;
import dev.oar.model.AnyOrderModel;
import dev.oar.tensor.Device;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Drawing and extracting by turns in one process for a long time: whether speed and memory stay what they are. */
final class EnduranceRows implements RowGroup {
    private static final String SPEED = "endurance/last-against-first/speed";
    private static final String MEMORY = "endurance/last-against-first/memory";
    private static final Path STATUS = Path.of("/proc/self/status");

    private final ModelFolder folder;
    private final Sizes sizes;
    private final double seconds;
    private final double part;
    private final List<Turn> turns = new ArrayList<>();

    /**
     * What is done in one turn.
     *
     * @param drawn images drawn, in one batch
     * @param extracted orders extracted, in two batches
     */
    record Sizes(int drawn, int extracted) {}

    /**
     * One drawing and one extraction.
     *
     * @param end when it ended, in seconds from the start
     * @param seconds how long it took
     * @param resident resident memory afterwards in bytes; 0 where the system does not tell
     */
    private record Turn(double end, double seconds, double resident) {}

    /**
     * Rows of a run.
     *
     * @param sizes of every turn
     * @param seconds how long it goes on
     * @param part how many seconds at the beginning are compared with as many at the end
     */
    EnduranceRows(ModelFolder folder, Sizes sizes, double seconds, double part) {
        this.folder = folder;
        this.sizes = sizes;
        this.seconds = seconds;
        this.part = part;
    }

    @Override
    public List<PlannedRow> rows() {
        return List.of(
                new PlannedRow(SPEED, measured -> compared(SPEED, "seconds of a turn", Turn::seconds, true)),
                new PlannedRow(
                        MEMORY, measured -> compared(MEMORY, "resident memory after a turn", Turn::resident, false)));
    }

    private Figure compared(String name, String what, ToDoubleFunction<Turn> number, boolean inverted)
            throws IOException {
        run();
        double end = turns.get(turns.size() - 1).end();
        Spread first = Spread.of(turns.stream()
                .filter(turn -> turn.end() <= part)
                .mapToDouble(number)
                .toArray());
        Spread last = Spread.of(turns.stream()
                .filter(turn -> turn.end() > end - part)
                .mapToDouble(number)
                .toArray());
        double ratio = inverted ? first.median() / last.median() : last.median() / first.median();
        return Figure.of(
                name,
                Unit.RATIO,
                Spread.of(ratio),
                String.format(
                        Locale.ROOT,
                        "%s, median of %d turns of the first %.0f s (%.4g) and of %d of the last (%.4g), in a run of"
                                + " %.0f s that drew %d images and extracted %d orders",
                        what,
                        first.repetitions(),
                        part,
                        first.median(),
                        last.repetitions(),
                        last.median(),
                        end,
                        turns.size() * sizes.drawn(),
                        turns.size() * sizes.extracted()),
                Optional.of(inverted ? Target.atLeast(0.9) : Target.atMost(1.1)));
    }

    private void run() throws IOException {
        if (!turns.isEmpty()) {
            return;
        }
        BundledShape shape = BundledShape.of(folder);
        Drawing drawing = Drawing.of(
                new DrawingOrder.Dynamic(ConfidenceMeasure.NEGATIVE_ENTROPY, ConfidenceLogits.CONDITIONAL, 1, 1));
        ExtractionConfig extraction = ExtractionConfig.of(ConfidenceMeasure.NEGATIVE_ENTROPY)
                .withBatches(sizes.extracted() / 2, sizes.extracted());
        try (ImageTokenizer tokenizer = folder.tokenizer(Device.inForce());
                AnyOrderModel model = (AnyOrderModel) folder.transformer(folder.defaultArm(), Device.inForce());
                TemporaryFolder files = TemporaryFolder.create()) {
            ImageGenerator generator = new ImageGenerator(new DrawingModel(model, tokenizer, folder.meanRanks()));
            OrderExtractor extractor = new OrderExtractor(model, "benchmark", extraction);
            var tokens = RandomTokens.write(
                    files.fresh("tokens"),
                    shape.transformer().space(),
                    shape.transformer().tokens(sizes.extracted()));
            long began = System.nanoTime();
            double now = 0;
            for (int turn = 0; now < seconds; turn++) {
                long seed = turn;
                double took = Repetitions.secondsOf(() -> {
                    generator.generate(
                            new GenerationRequest(
                                    0, shape.transformer().conditions(sizes.drawn()), seed, sizes.drawn(), drawing),
                            image -> {});
                    try (TemporaryFolder orders = TemporaryFolder.create()) {
                        var unused = extractor.extract(tokens, orders.fresh("orders"), done -> {});
                    }
                });
                now = (System.nanoTime() - began) * 1e-9;
                turns.add(new Turn(now, took, resident()));
            }
        }
    }

    private static double resident() throws IOException {
        if (!Files.isReadable(STATUS)) {
            return 0;
        }
        return Files.readAllLines(STATUS).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToDouble(line -> 1024 * Double.parseDouble(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElse(0);
    }

    @Override
    public void close() {}
}
