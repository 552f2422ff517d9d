package dev.oar.benchmark;

import dev.oar.config.Spelling;
import dev.oar.model.AutoregressiveModel;
import dev.oar.order.DecodingSchedule;
import dev.oar.tensor.Precision;
import dev.oar.tensor.WeightFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Our drawing and training beside a plain script in PyTorch that does the same on this machine, the two by turns. */
final class PyTorchRows implements RowGroup {
    /** Steps of a drawing that are timed in a turn, by either side. */
    private static final SampledSteps SAMPLED = new SampledSteps(16, 1);

    private final List<String> command;
    private final Sizes sizes;
    private final List<Precision> precisions;
    private final Targets targets;
    private @Nullable PyTorchPeer peer;

    /**
     * What is done.
     *
     * @param drawing the transformer that draws
     * @param steps of drawings
     * @param training the transformer that is trained
     * @param batch images of a training step
     * @param turns how often either side does its work
     */
    record Sizes(ModelShape drawing, List<Integer> steps, ModelShape training, int batch, int turns) {}

    /** What both ratios should reach in float32. */
    record Targets(Target drawing, Target training) {}

    /**
     * Rows of this command.
     *
     * @param precisions float32, and bfloat16 where the CPU is fast at it
     */
    PyTorchRows(List<String> command, Sizes sizes, List<Precision> precisions, Targets targets) {
        this.command = List.copyOf(command);
        this.sizes = sizes;
        this.precisions = List.copyOf(precisions);
        this.targets = targets;
    }

    @Override
    public List<PlannedRow> rows() {
        List<PlannedRow> rows = new ArrayList<>();
        for (Precision precision : precisions) {
            for (int steps : sizes.steps()) {
                String name = "pytorch/drawing/" + word(precision) + "/" + steps + "-steps";
                rows.add(new PlannedRow(name, measured -> drawing(name, precision, steps)));
            }
            String name = "pytorch/training/" + word(precision);
            rows.add(new PlannedRow(name, measured -> training(name, precision)));
        }
        return rows;
    }

    private Figure drawing(String name, Precision precision, int steps) throws IOException {
        ModelShape shape = sizes.drawing();
        int cells = shape.space().cells();
        DecodingSchedule schedule =
                steps == cells ? DecodingSchedule.sequential(cells) : DecodingSchedule.cosine(cells, steps);
        String request = "drawing " + word(precision) + " "
                + Arrays.stream(schedule.cellsPerStep())
                        .mapToObj(Integer::toString)
                        .collect(Collectors.joining(","));
        double[] ours = new double[sizes.turns()];
        double[] theirs = new double[sizes.turns()];
        try (AutoregressiveModel model = shape.transformer();
                AutoregressiveModel packed = model.packed(WeightFormat.valueOf(precision.name()))) {
            // The first turn prepacks weights.
            var unused = once(packed, schedule);
            for (int turn = 0; turn < theirs.length; turn++) {
                theirs[turn] = peer().seconds(request);
                ours[turn] = once(packed, schedule);
            }
        }
        return figure(name, precision, ours, theirs, "an image", targets.drawing());
    }

    private double once(AutoregressiveModel packed, DecodingSchedule schedule) {
        SampledSteps sampled = schedule.steps() < SAMPLED.parts() ? new SampledSteps(1, 1) : SAMPLED;
        return new FixedOrderDrawing(packed, sizes.drawing(), 1, schedule).seconds(sampled)[0];
    }

    private Figure training(String name, Precision precision) throws IOException {
        List<Double> theirs = new ArrayList<>();
        double[] ours;
        try {
            PyTorchPeer other = peer();
            ours = TrainingRows.stepSeconds(sizes.training(), sizes.batch(), sizes.turns(), precision, () -> {
                try {
                    theirs.add(other.seconds("training " + word(precision)));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw new IOException(e.getMessage(), e);
        }
        // Ours leave the first out; theirs warm up by themselves.
        double[] counted =
                theirs.stream().skip(1).mapToDouble(Double::doubleValue).toArray();
        return figure(name, precision, ours, counted, "a step", targets.training());
    }

    private Figure figure(String name, Precision precision, double[] ours, double[] theirs, String what, Target target)
            throws IOException {
        double[] ratios = new double[ours.length];
        Arrays.setAll(ratios, turn -> theirs[turn] / ours[turn]);
        boolean compared = peer().isRecent() && precision == Precision.FLOAT32;
        return Figure.of(
                name,
                Unit.RATIO,
                Spread.of(ratios),
                String.format(
                        Locale.ROOT,
                        "seconds of %s in PyTorch %s in Python on %d threads / ours, turn by turn; medians %.3f and"
                                + " %.3f s",
                        what,
                        peer().version(),
                        peer().threads(),
                        Spread.of(theirs).median(),
                        Spread.of(ours).median()),
                compared ? Optional.of(target) : Optional.empty());
    }

    private PyTorchPeer peer() throws IOException {
        if (peer == null) {
            peer = PyTorchPeer.start(command);
        }
        return peer;
    }

    private static String word(Precision precision) {
        return Spelling.word(precision);
    }

    @Override
    public void close() {
        if (peer != null) {
            peer.close();
            peer = null;
        }
    }
}
