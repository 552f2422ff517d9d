package dev.oar.benchmark;

import dev.oar.group.RankEnvironment;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Steps of the training loop in float32 by two processes of one thread each, beside one such process, and how much of the time of their sums
 * is hidden behind the backward pass. {@link DistributedProcess} does the work.
 */
final class DistributedRows implements RowGroup {
    private static final int RANKS = 2;
    private static final double NANO = 1e-9;

    private final ModelShape shape;
    private final int batch;
    private final int steps;
    private final Targets targets;
    private @Nullable List<DistributedProcess.Times> together;

    /**
     * What the rows should reach.
     *
     * @param speedUp of two processes over one
     * @param hidden the share of the sums' time
     */
    record Targets(Optional<Target> speedUp, Optional<Target> hidden) {}

    /** Rows that train a transformer of these sizes on batches of {@code batch} images in all. */
    DistributedRows(ModelShape shape, int batch, int steps, Targets targets) {
        this.shape = shape;
        this.batch = batch;
        this.steps = steps;
        this.targets = targets;
    }

    @Override
    public List<PlannedRow> rows() {
        String prefix = "distributed/" + shape.label() + "/" + shape.formulation() + "/batch-" + batch;
        String one = prefix + "/one-process";
        String two = prefix + "/two-processes";
        String ratio = prefix + "/two-against-one";
        String alone = prefix + "/sums-alone";
        String hidden = prefix + "/hidden-share-of-sums";
        return List.of(
                new PlannedRow(one, measured -> images(one, run(1), "one process of one thread")),
                new PlannedRow(
                        two, measured -> images(two, together(), "two processes of one thread each, the same batches")),
                new PlannedRow(
                        ratio,
                        measured -> Figure.of(
                                ratio,
                                Unit.RATIO,
                                measured.figure(two).timesAsFastAs(measured.figure(one)),
                                "images per second of two processes / of one",
                                targets.speedUp())),
                new PlannedRow(alone, measured -> alone(alone)),
                new PlannedRow(hidden, measured -> hidden(hidden)));
    }

    private List<DistributedProcess.Times> together() throws IOException {
        List<DistributedProcess.Times> known = together;
        if (known == null) {
            known = run(RANKS);
            together = known;
        }
        return known;
    }

    private Figure images(String name, List<DistributedProcess.Times> times, String what) {
        double[] seconds =
                times.get(0).steps().stream().mapToDouble(step -> step[0]).toArray();
        return Figure.of(
                name,
                Unit.IMAGES_PER_SECOND,
                Spread.of(seconds).dividing(batch),
                "steps of the training loop on random tokens in float32, optimizer included; " + what,
                Optional.empty());
    }

    private Figure alone(String name) throws IOException {
        return Figure.of(
                name,
                Unit.SECONDS,
                Spread.of(together().get(0).sums().stream()
                        .mapToDouble(Double::doubleValue)
                        .toArray()),
                String.format(
                        Locale.ROOT,
                        "%.1f MB of gradients summed over two processes that do nothing else",
                        DistributedProcess.parameters(shape) * 4e-6),
                Optional.empty());
    }

    /** From the moment when the last process is done with its own gradients until the last has all sums. */
    private Figure hidden(String name) throws IOException {
        List<DistributedProcess.Times> times = together();
        double alone = Spread.of(times.get(0).sums().stream()
                        .mapToDouble(Double::doubleValue)
                        .toArray())
                .median();
        double[] seen = new double[times.get(0).steps().size()];
        double[] shares = new double[seen.length];
        for (int i = 0; i < seen.length; i++) {
            int step = i;
            double done = times.stream()
                    .mapToDouble(rank -> rank.steps().get(step)[1])
                    .max()
                    .orElseThrow();
            double summed = times.stream()
                    .mapToDouble(rank -> rank.steps().get(step)[2])
                    .max()
                    .orElseThrow();
            seen[i] = (summed - done) * NANO;
            shares[i] = 1 - seen[i] / alone;
        }
        return Figure.of(
                name,
                Unit.RATIO,
                Spread.of(shares),
                String.format(
                        Locale.ROOT,
                        "1 - s / a: s seconds from the end of the slower process's backward pass until all sums are there"
                                + " (median %.4f), a seconds of the sums alone (median %.4f); processor time that sums take"
                                + " from the pass counts in two-against-one",
                        Spread.of(seen).median(),
                        alone),
                targets.hidden());
    }

    private List<DistributedProcess.Times> run(int ranks) throws IOException {
        List<Process> processes = new ArrayList<>();
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            List<Path> results = new ArrayList<>();
            String port = Integer.toString(freePort());
            for (int rank = 0; rank < ranks; rank++) {
                Path result = folder.fresh("times").resolve("times");
                ProcessBuilder builder = new ProcessBuilder(DistributedProcess.command(shape, batch, steps, result))
                        .redirectOutput(Redirect.DISCARD)
                        .redirectError(Redirect.DISCARD);
                builder.environment()
                        .putAll(Map.of(
                                RankEnvironment.RANK,
                                Integer.toString(rank),
                                RankEnvironment.WORLD_SIZE,
                                Integer.toString(ranks),
                                RankEnvironment.MASTER_ADDRESS,
                                "127.0.0.1",
                                RankEnvironment.MASTER_PORT,
                                port));
                results.add(result);
                processes.add(builder.start());
            }
            List<DistributedProcess.Times> times = new ArrayList<>();
            for (int rank = 0; rank < ranks; rank++) {
                int code = processes.get(rank).waitFor();
                if (code != 0) {
                    throw new IOException("measured processes must end with 0, but rank " + rank + " of " + ranks
                            + " ended with " + code + "; train with oar launch to see why");
                }
                times.add(DistributedProcess.Times.read(results.get(rank)));
            }
            return times;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        } finally {
            processes.forEach(Process::destroyForcibly);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {}
}
