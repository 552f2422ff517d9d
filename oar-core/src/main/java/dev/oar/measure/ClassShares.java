package dev.oar.measure;

import dev.oar.config.Require;
import dev.oar.data.Families;
import dev.oar.data.MeasuredTokens;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * How often each class is drawn where a model is measured. Drawn images are compared with a reference, so their classes should have the
 * reference's shares: others would count as a distance.
 *
 * <p>The class of a sample is a function of its index alone, and chance has no part in it: of the first n samples, whatever n, every class
 * has its share to within one sample (R. Tijdeman, "The chairman assignment problem", 1980). Drawing classes at random instead would add
 * the chance of their numbers to that of the images.
 *
 * @param shares of each class, at least 0, with a sum of 1
 */
public record ClassShares(List<Double> shares) {
    private static final double ROUNDING = 1e-9;

    /** Checks the shares. */
    public ClassShares {
        shares = List.copyOf(shares);
        double sum = shares.stream().mapToDouble(Double::doubleValue).sum();
        Require.that(
                shares.stream().allMatch(share -> share >= 0) && Math.abs(sum - 1) < ROUNDING * (shares.size() + 1),
                "shares of classes must be at least 0 and have a sum of 1, but their sum is %s; give every class its"
                        + " share",
                sum);
    }

    /** All classes equally often: by turns. */
    public static ClassShares equal(int classes) {
        Require.that(classes >= 1, "samples need at least one class, but there are %s", classes);
        return ofCounts(DoubleStream.generate(() -> 1).limit(classes).toArray());
    }

    /**
     * The shares of images in which every family weighs the same.
     *
     * @param classes how many classes there are
     */
    public static ClassShares of(MeasuredTokens images, int classes) {
        int[] classOfImage = new int[images.count()];
        Arrays.setAll(classOfImage, images::classIndex);
        return of(classOfImage, images.families(), classes);
    }

    /**
     * The shares of images in which every family weighs the same.
     *
     * @param classOfImage the class of each image
     * @param classes how many classes there are
     */
    public static ClassShares of(int[] classOfImage, Families families, int classes) {
        double[] weights = families.weights();
        double[] counts = new double[classes];
        for (int image = 0; image < classOfImage.length; image++) {
            counts[classOfImage[image]] += weights[image];
        }
        return ofCounts(counts);
    }

    /**
     * The shares of files that stand in folders named like classes.
     *
     * @param names of files, with the folders they stand in
     * @param classes names of the classes
     * @return empty if a file stands in no such folder
     */
    public static Optional<ClassShares> ofFolders(List<String> names, List<String> classes) {
        double[] counts = new double[classes.size()];
        for (String name : names) {
            String[] parts = name.split("/", -1);
            int index = parts.length < 2 ? -1 : classes.indexOf(parts[parts.length - 2]);
            if (index < 0) {
                return Optional.empty();
            }
            counts[index]++;
        }
        return names.isEmpty() ? Optional.empty() : Optional.of(ofCounts(counts));
    }

    private static ClassShares ofCounts(double... counts) {
        double sum = Arrays.stream(counts).sum();
        return new ClassShares(
                Arrays.stream(counts).mapToObj(count -> count / sum).toList());
    }

    /** The classes of the first samples. */
    public int[] classes(int count) {
        int[] classes = new int[count];
        int[] drawn = new int[shares.size()];
        for (int sample = 0; sample < count; sample++) {
            int next = next(drawn, sample + 1);
            classes[sample] = next;
            drawn[next]++;
        }
        return classes;
    }

    /** Of the classes that lag behind far enough to be drawn now, the one that must be drawn soonest; the first of several. */
    private int next(int[] drawn, int samples) {
        double margin = shares.size() < 2 ? 0 : 1.0 / (2 * shares.size() - 2);
        int best = -1;
        double soonest = Double.POSITIVE_INFINITY;
        for (int index = 0; index < drawn.length; index++) {
            double share = shares.get(index);
            double behind = share * samples - drawn[index];
            double deadline = (1 - margin - behind) / share;
            if (share > 0 && behind >= margin - ROUNDING && deadline < soonest - ROUNDING) {
                soonest = deadline;
                best = index;
            }
        }
        return best;
    }
}
