package dev.oar.parity;

import dev.oar.evaluate.FeatureSet;
import dev.oar.evaluate.FrechetDistance;
import dev.oar.evaluate.GaussianStatistics;
import dev.oar.evaluate.InceptionScore;
import dev.oar.evaluate.PrecisionRecall;
import dev.oar.tensor.Tensors;
import java.io.IOException;
import org.bytedeco.pytorch.Tensor;

/** Frechet distance, precision and recall, Inception Score, on given features. */
final class MetricsCase implements GoldenCase {
    private static final String FILE = "golden";
    /** Radii are float32 in the reference. */
    private static final double RADII = 1e-4;
    /** Means and covariances are float64. */
    private static final double STATISTICS = 1e-9;

    @Override
    public void compare(GoldenRun run) throws IOException {
        run.folder()
                .tolerances()
                .remarks("frechet_relative", "frechet_relative_rank_deficient", "inception_score_relative");
        for (Settings expected : run.folder().list(run.folder().settings().text("results"))) {
            if (expected.has("inception_score")) {
                inceptionScore(run, expected);
            } else {
                distances(run, expected);
            }
        }
    }

    private static void distances(GoldenRun run, Settings expected) throws IOException {
        expected.remarks("frechet_distance_by_eigenvalues", "precision_f16", "recall_f16");
        String name = expected.text("name");
        FeatureSet reference = features(run, name + "_reference");
        FeatureSet samples = features(run, name + "_sample");
        expected.fixed("n_reference", reference.count());
        expected.fixed("n_sample", samples.count());
        expected.fixed("dim", reference.width());
        boolean deficient = Math.min(reference.count(), samples.count()) <= reference.width();
        double tolerance = run.folder().tolerance(deficient ? "frechet_relative_rank_deficient" : "frechet_relative");
        double distance = FrechetDistance.between(reference, samples);
        run.relative(name + " frechet_distance", distance, expected.number("frechet_distance"), tolerance);
        double vectors = run.folder().tolerance("precision_recall_vectors") + 1e-3;
        PrecisionRecall.Result result = PrecisionRecall.between(reference, samples);
        run.absolute(name + " precision", result.precision(), expected.number("precision"), vectors / samples.count());
        run.absolute(name + " recall", result.recall(), expected.number("recall"), vectors / reference.count());
        radii(run, name + "_radii_reference", reference);
        radii(run, name + "_radii_sample", samples);
        if (run.names(FILE).contains(name + "_mu1")) {
            statistics(run, name, "1", reference);
            statistics(run, name, "2", samples);
        }
    }

    private static void radii(GoldenRun run, String name, FeatureSet features) throws IOException {
        double[] radii = PrecisionRecall.squaredRadii(features);
        run.close(FILE, name, Tensors.of(radii, radii.length), RADII);
    }

    private static void statistics(GoldenRun run, String name, String which, FeatureSet features) throws IOException {
        GaussianStatistics statistics = GaussianStatistics.of(features);
        int width = statistics.width();
        run.close(FILE, name + "_mu" + which, Tensors.of(statistics.mean(), width), STATISTICS);
        run.close(FILE, name + "_sigma" + which, Tensors.of(statistics.covariance(), width, width), STATISTICS);
    }

    private static void inceptionScore(GoldenRun run, Settings expected) throws IOException {
        String name = expected.text("name");
        Tensor logits = run.input(FILE, name + "_features").matmul(run.input(FILE, name + "_weight"));
        run.relative(
                name + " inception_score",
                InceptionScore.of(logits, expected.integer("split_size")),
                expected.number("inception_score"),
                run.folder().tolerance("inception_score_relative"));
    }

    private static FeatureSet features(GoldenRun run, String name) throws IOException {
        Tensor tensor = run.input(FILE, name);
        return FeatureSet.of(Math.toIntExact(tensor.size(1)), Tensors.floats(tensor));
    }
}
