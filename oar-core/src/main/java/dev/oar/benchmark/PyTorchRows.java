package dev.oar.benchmark;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Our drawing and training beside a plain script in PyTorch that does the same on this machine. */
final class PyTorchRows implements RowGroup {
    /** Versions before this have no fused attention on processors, so that a comparison with them shows nothing. */
    private static final double FIRST_FUSED = 2.04;

    private static final List<String> OURS = List.of("OPENBLAS_", "OMP_", "GOMP_", "MKL_", "MALLOC_");
    private static final JsonMapper JSON = new JsonMapper();

    private final List<String> command;
    private final RowGroup drawing;
    private final RowGroup training;
    private final int cells;
    private final Target target;
    private @Nullable Script script;

    /**
     * What the script prints.
     *
     * @param torch its version
     * @param threads threads of an operation
     * @param secondsPerDrawingStep of one image, guidance on
     * @param secondsPerTrainingStep of a batch
     */
    record Script(String torch, int threads, double secondsPerDrawingStep, double secondsPerTrainingStep) {
        /** Whether its version is one to compare with. */
        boolean isRecent() {
            String[] parts = torch.split("[.+]", -1);
            return parts.length > 1 && Integer.parseInt(parts[0]) + Integer.parseInt(parts[1]) / 100.0 >= FIRST_FUSED;
        }
    }

    /**
     * Rows of this command.
     *
     * @param drawing whose first row is our drawing of one image, a cell a step
     * @param training whose first row is our training step
     * @param cells steps of an image
     * @param target of both ratios
     */
    PyTorchRows(List<String> command, RowGroup drawing, RowGroup training, int cells, Target target) {
        this.command = List.copyOf(command);
        this.drawing = drawing;
        this.training = training;
        this.cells = cells;
        this.target = target;
    }

    @Override
    public List<PlannedRow> rows() {
        return List.of(
                new PlannedRow(
                        "pytorch/drawing",
                        measured -> row(
                                "pytorch/drawing",
                                drawing.rows().get(0).measurement().measure(measured),
                                script().secondsPerDrawingStep() * cells)),
                new PlannedRow(
                        "pytorch/training",
                        measured -> row(
                                "pytorch/training",
                                training.rows().get(0).measurement().measure(measured),
                                script().secondsPerTrainingStep())));
    }

    private Figure row(String name, Figure ours, double theirs) throws IOException {
        return Figure.of(
                name,
                Unit.RATIO,
                ours.value().dividing(theirs),
                String.format(
                        Locale.ROOT,
                        "%.3f s of PyTorch %s in Python on %d threads / ours of %s",
                        theirs,
                        script().torch(),
                        script().threads(),
                        ours.name()),
                script().isRecent() ? Optional.of(target) : Optional.empty());
    }

    private Script script() throws IOException {
        if (script == null) {
            script = run();
        }
        return script;
    }

    private Script run() throws IOException {
        // What our launcher tells its libraries is not for others.
        String printed = ChildProcess.output(command, OURS);
        try {
            return JSON.readValue(printed.strip(), Script.class);
        } catch (JacksonException e) {
            throw new IOException(
                    "the script in PyTorch must print its seconds as JSON, but '" + String.join(" ", command)
                            + "' printed something else; run it by hand to see what",
                    e);
        }
    }

    @Override
    public void close() {
        drawing.close();
        training.close();
    }
}
