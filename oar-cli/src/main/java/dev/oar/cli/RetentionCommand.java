package dev.oar.cli;

import dev.oar.decode.ConfidenceMeasure;
import dev.oar.evaluate.EvaluationReport;
import dev.oar.measure.AnyOrderRetention;
import dev.oar.measure.FigureText;
import dev.oar.measure.MeasuredModels;
import dev.oar.measure.MeasurementFolder;
import dev.oar.measure.RetentionConfig;
import dev.oar.tensor.WeightFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures how much any-order ability models have, and what further training changed of it. */
@Command(
        name = "retention",
        sortOptions = false,
        description = {
            "Measures how much any-order ability is left: bits per token of held-out images under random, raster,"
                    + " extracted and dynamic orders and in holes, and the distances of drawn images by order.",
            "",
            "The arms of one model are compared with its any-order one; of several models each is compared with the"
                + " first, which makes a table of before and after. A second table has bits per token of every model"
                + " in every kind of order, the orders it draws in by itself among them, minus those of the first"
                + " model in random orders. DIR receives results.json, results.csv and report.html."
        })
final class RetentionCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Interruption interruption;
    private final BundledModels bundled;

    @Mixin
    private MeasuredModelOptions models = new MeasuredModelOptions();

    @Option(
            names = "--weight-format",
            paramLabel = "FORMAT",
            description =
                    "float32, float16, bfloat16 or int8: how weights are kept; may be repeated to measure formats side"
                            + " by side (default: float32).")
    private List<WeightFormat> formats = List.of(WeightFormat.FLOAT32);

    @Option(
            names = "--samples",
            paramLabel = "N",
            defaultValue = "2048",
            description =
                    "Images drawn per model and order, 0 for none (default: ${DEFAULT-VALUE}); how small a difference"
                            + " they can tell is printed.")
    private int samples = 2048;

    @Mixin
    private MeasurementOptions options = new MeasurementOptions();

    RetentionCommand(Terminal terminal, Interruption interruption, BundledModels bundled) {
        this.terminal = terminal;
        this.interruption = interruption;
        this.bundled = bundled;
    }

    @Override
    public Integer call() throws IOException {
        Path out = options.out();
        RetentionConfig config = new RetentionConfig(
                samples,
                options.batchSize(),
                ConfidenceMeasure.NEGATIVE_ENTROPY,
                1,
                options.subsamples(),
                options.seed());
        try (MeasuredModels opened = models.open(models.folders(bundled), "retention", formats, out);
                ProgressView progress = ProgressView.of(terminal)) {
            EvaluationReport results = new AnyOrderRetention(
                            opened.tokenizer(), opened.network(), config, progress.heard(interruption))
                    .measure(opened.models(), opened.images(), opened.images().testIndices());
            Optional<Path> moved = MeasurementFolder.write(
                    out,
                    "Any-order retention of " + opened.names(),
                    "How well held-out images are predicted and drawn in random and in specialised orders.",
                    results,
                    List.of());
            terminal.earlierResults(moved);
            terminal.out().print(FigureText.of(results));
        }
        terminal.out().println(out.resolve(MeasurementFolder.REPORT));
        return 0;
    }
}
