package dev.oar.benchmark;

import dev.oar.data.ImageFolder;
import dev.oar.data.ImageFolderConfig;
import dev.oar.data.ReadAhead;
import dev.oar.tensor.Precision;
import dev.oar.tokenizer.CodebookUsageConfig;
import dev.oar.tokenizer.VqLossConfig;
import dev.oar.tokenizer.VqTokenizer;
import dev.oar.tokenizer.VqTokenizerConfig;
import dev.oar.train.StepReport;
import dev.oar.train.TokenizerTraining;
import dev.oar.train.TrainingConfig;
import dev.oar.train.TrainingInput;
import dev.oar.train.TrainingListener;
import dev.oar.train.TrainingLoop;
import dev.oar.train.TrainingView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/** The share of its time that the training of a tokenizer waits for photographs that do not fit into memory and are decoded when they are due. */
final class InputRows implements RowGroup {
    private static final double PERCENT = 100;
    private static final int THIRDS = 3;

    private final Photographs photographs;
    private final VqTokenizerConfig tokenizer;
    private final int batch;
    private final int steps;
    private final Target target;

    /** A row that trains for one step that does not count and for {@code steps} that do, at least three. */
    InputRows(Photographs photographs, VqTokenizerConfig tokenizer, int batch, int steps, Target target) {
        this.photographs = photographs;
        this.tokenizer = tokenizer;
        this.batch = batch;
        this.steps = steps;
        this.target = target;
    }

    @Override
    public List<PlannedRow> rows() {
        String name = "input/photographs-" + photographs.label() + "/at-" + tokenizer.imageSize() + "/batch-" + batch;
        return List.of(new PlannedRow(name, measured -> measure(name)));
    }

    private Figure measure(String name) throws IOException {
        List<StepReport> reports = new ArrayList<>();
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            Path images = folder.fresh("images");
            photographs.write(images);
            train(images, folder.fresh("training"), reports);
        }
        List<StepReport> timed = reports.subList(1, reports.size());
        double[] shares = new double[THIRDS];
        for (int third = 0; third < THIRDS; third++) {
            shares[third] = share(timed.subList(timed.size() * third / THIRDS, timed.size() * (third + 1) / THIRDS));
        }
        return Figure.of(name, Unit.PERCENT, Spread.of(shares), formula(timed), Optional.of(target));
    }

    /** Percent of the time of some steps that they waited. */
    private static double share(List<StepReport> reports) {
        double waited = reports.stream()
                .flatMap(report -> report.input().stream())
                .mapToDouble(TrainingInput.Times::waited)
                .sum();
        return PERCENT * waited / seconds(reports);
    }

    private static double seconds(List<StepReport> reports) {
        return reports.stream().mapToDouble(StepReport::seconds).sum();
    }

    private String formula(List<StepReport> timed) {
        double work = timed.stream()
                .flatMap(report -> report.input().stream())
                .flatMap(times -> times.work().values().stream())
                .mapToDouble(Double::doubleValue)
                .sum();
        int threads = ReadAhead.threads();
        return String.format(
                Locale.ROOT,
                "time that steps wait for images / their time, by thirds; JPEGs of random fields as photographs have them,"
                        + " streamed by %d background %s: %.1f ms for an image, of which a step of %.0f ms takes %d",
                threads,
                threads == 1 ? "thread" : "threads",
                1000 * work / ((double) timed.size() * batch),
                1000 * seconds(timed) / timed.size(),
                batch);
    }

    private void train(Path images, Path directory, List<StepReport> reports) throws IOException {
        TrainingConfig config = TrainingRows.config(steps, batch, Precision.FLOAT32);
        // Not preloaded, so that every picture is decoded when it is due, as in a set that memory cannot hold.
        try (ImageFolder set =
                        ImageFolder.open(ImageFolderConfig.of(images.toString(), tokenizer.imageSize()), images);
                VqTokenizer network = VqTokenizer.initialise(tokenizer, 1);
                TokenizerTraining training = new TokenizerTraining(
                        network, set, VqLossConfig.defaults(), CodebookUsageConfig.defaults(), config)) {
            TrainingLoop.run(config, training, directory, List.of(new TrainingListener() {
                        @Override
                        public void onStep(StepReport report, TrainingView view) {
                            reports.add(report);
                            if (reports.size() > steps) {
                                throw new CancellationException("all steps are timed");
                            }
                        }
                    }))
                    .close();
        } catch (CancellationException e) {
            if (reports.size() <= steps) {
                throw e;
            }
        }
    }

    @Override
    public void close() {}
}
