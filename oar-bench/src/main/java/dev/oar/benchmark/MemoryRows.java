package dev.oar.benchmark;

import dev.oar.model.TokenSpace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Scanner;

/**
 * How much memory the logits of large grids and codebooks take: what a piece of work takes more than with a codebook of two codes, so that
 * the network, whose attention grows with the square of the cells, does not count. {@link MemoryProcess} measures both in processes of
 * their own, since memory that an earlier row has given back may still be held, and would hide what a later one takes. There are such
 * rows on Linux alone.
 */
final class MemoryRows implements RowGroup {
    private static final int FEW_CODES = 2;

    private final ModelShape shape;
    private final int batch;
    private final Target target;

    /** Rows of a transformer of these sizes, {@code batch} images at a time. */
    MemoryRows(ModelShape shape, int batch, Target target) {
        this.shape = shape;
        this.batch = batch;
        this.target = target;
    }

    @Override
    public List<PlannedRow> rows() {
        return List.of(
                row(MemoryProcess.Work.SCORING, "all cells of every image scored by their entropy"),
                row(MemoryProcess.Work.TRAINING, "a step of the training loop, optimizer included"));
    }

    private PlannedRow row(MemoryProcess.Work work, String what) {
        String name = "memory/" + shape.label() + "/batch-" + batch + "/" + work.label();
        return new PlannedRow(name, measured -> measure(name, work, what));
    }

    private Figure measure(String name, MemoryProcess.Work work, String what) throws IOException {
        double all = taken(shape, work);
        double network = taken(withCodes(FEW_CODES), work);
        return Figure.of(
                name,
                Unit.MEBIBYTES,
                Spread.of(all - network),
                String.format(
                        Locale.ROOT,
                        "%s; %d cells, %d codes, width %d; a process takes %.0f MiB for it at most, and %.0f MiB with"
                                + " %d codes",
                        what,
                        shape.space().cells(),
                        shape.space().vocabularySize(),
                        shape.config().width(),
                        all,
                        network,
                        FEW_CODES),
                Optional.of(target));
    }

    /** What a process holds more at its peak than before the work, in MiB. */
    private double taken(ModelShape of, MemoryProcess.Work work) throws IOException {
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            Path result = folder.fresh("memory").resolve("mebibytes");
            String unused = ChildProcess.output(MemoryProcess.command(of, batch, work, result), List.of());
            try (Scanner numbers =
                    new Scanner(Files.readString(result, StandardCharsets.US_ASCII)).useLocale(Locale.ROOT)) {
                double before = numbers.nextDouble();
                return numbers.nextDouble() - before;
            }
        }
    }

    private ModelShape withCodes(int codes) {
        TokenSpace space = shape.space();
        return new ModelShape(shape.label(), shape.config(), new TokenSpace(space.grid(), codes, space.classCount()));
    }

    @Override
    public void close() {}
}
