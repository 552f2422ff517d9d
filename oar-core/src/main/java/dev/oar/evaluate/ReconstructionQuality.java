package dev.oar.evaluate;

import dev.oar.data.Batches;
import dev.oar.data.ImageSource;
import dev.oar.feature.FeatureNetwork;
import dev.oar.image.RgbImage;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How much of an image a tokenizer keeps: images are encoded, decoded and rounded to 8 bits, then compared with themselves.
 * Every family weighs the same; {@link dev.oar.tokenizer.ReconstructionReport}, which a training ends with, weighs every image the
 * same, so that its figures are others.
 *
 * @param signalToNoise peak signal-to-noise ratio in dB: of each family its images' mean of {@code 10 log10(255^2 / squared error)}; the
 *     mean over families is the figure
 * @param frechetDistance the reconstruction Frechet distance, between the features of the images and of what came back
 * @param metric the name of that distance with its feature space
 * @param codebookUse the fraction of all codes that occur in the images at all, in (0, 1]
 * @param perplexity the exponential of the entropy of code use, between 1 and the size of the codebook
 * @param images how many images were measured
 */
public record ReconstructionQuality(
        FamilyValues signalToNoise,
        Interval frechetDistance,
        Metric metric,
        double codebookUse,
        double perplexity,
        int images) {
    /** What {@link #signalToNoise} is called in tables. */
    public static final Metric SIGNAL_TO_NOISE =
            new Metric("PSNR (dB, mean of families)", false, Metric.Kind.SIGNAL_TO_NOISE);

    /** What {@link #codebookUse} is called in tables. */
    public static final Metric CODEBOOK_USE = new Metric("share of codes used", false, Metric.Kind.RECONSTRUCTION);

    /** What {@link #perplexity} is called in tables. */
    public static final Metric PERPLEXITY =
            new Metric("code perplexity (families weighted equally)", false, Metric.Kind.RECONSTRUCTION);

    /** What an image counts that comes back exactly, in dB. */
    private static final double IDENTICAL = 100;

    /**
     * Measures a tokenizer on images of its size.
     *
     * @param batchSize images per forward pass, at least 1
     * @throws IOException if an image cannot be read
     */
    public static ReconstructionQuality measure(
            ImageTokenizer tokenizer,
            FeatureNetwork network,
            ImageSource images,
            int batchSize,
            Subsampling subsampling)
            throws IOException {
        FeatureSet originals = FeatureExtraction.of(network, images, batchSize);
        float[] features = new float[originals.values().length];
        double[] ratios = new double[images.count()];
        double[] weights = originals.families().weights();
        Map<Integer, Double> uses = new TreeMap<>();
        for (Batches.Batch batch : new Batches(images.count(), batchSize)) {
            List<RgbImage> pictures = FeatureExtraction.pictures(images, batch);
            int[][] tokens = tokenizer.tokens(pictures);
            List<RgbImage> back = tokenizer.images(tokens);
            for (int row = 0; row < batch.count(); row++) {
                int image = batch.image(row);
                ratios[image] = signalToNoise(pictures.get(row), back.get(row));
                for (int token : tokens[row]) {
                    uses.merge(token, weights[image] / tokens[row].length, Double::sum);
                }
            }
            float[] ofBatch = FeatureExtraction.features(network, back);
            int width = network.width();
            System.arraycopy(ofBatch, 0, features, batch.first() * width, batch.count() * width);
        }
        FrechetDistance distance = new FrechetDistance();
        FeatureSet reconstructions = new FeatureSet(network.width(), features, originals.families());
        return new ReconstructionQuality(
                FamilyValues.of(originals.families(), ratios),
                subsampling.intervals(distance, originals, reconstructions).get(0),
                new Metric(
                        "reconstruction "
                                + FrechetDistance.metric(FeatureSpace.of(network))
                                        .name(),
                        true,
                        Metric.Kind.RECONSTRUCTION),
                (double) uses.size() / tokenizer.vocabularySize(),
                perplexity(uses),
                images.count());
    }

    /**
     * The peak signal-to-noise ratio of two images of one size, in dB; {@value #IDENTICAL} where they are equal.
     *
     * @throws IllegalArgumentException if the sizes differ
     */
    public static double signalToNoise(RgbImage first, RgbImage second) {
        if (first.width() != second.width() || first.height() != second.height()) {
            throw new IllegalArgumentException("only images of one size can be compared, but these have "
                    + first.width() + " x " + first.height() + " and " + second.width() + " x " + second.height()
                    + " pixels; crop them first");
        }
        double sum = 0;
        for (int i = 0; i < first.rgb().length; i++) {
            int difference = (first.rgb()[i] & 0xFF) - (second.rgb()[i] & 0xFF);
            sum += (double) difference * difference;
        }
        return sum == 0 ? IDENTICAL : 10 * Math.log10(255.0 * 255.0 / (sum / first.rgb().length));
    }

    private static double perplexity(Map<Integer, Double> uses) {
        double entropy = 0;
        for (double share : uses.values()) {
            entropy -= share * Math.log(share);
        }
        return Math.exp(entropy);
    }
}
