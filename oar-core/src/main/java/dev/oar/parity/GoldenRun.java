package dev.oar.parity;

import dev.oar.checkpoint.Safetensors;
import dev.oar.file.CorruptFileException;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.bytedeco.pytorch.Tensor;

/**
 * One comparison of a folder. Every stored tensor must be taken as an input or compared; what is neither fails in the end, so that
 * no output is passed over. Tensors belong to the innermost scope.
 */
final class GoldenRun {
    private static final String RELATIVE = "relative to the largest magnitude";
    private static final String GRADIENT = "grad.";
    private static final String EXACT = "values that differ";

    private final GoldenFolder folder;
    private final Map<String, Safetensors> files = new LinkedHashMap<>();
    private final Set<String> seen = new TreeSet<>();
    private final List<Comparison> comparisons = new ArrayList<>();

    GoldenRun(GoldenFolder folder) {
        this.folder = folder;
    }

    GoldenFolder folder() {
        return folder;
    }

    /** The names of the tensors of a file, without its suffix. */
    Set<String> names(String file) throws IOException {
        return file(file).names();
    }

    /** A stored tensor that the comparison starts from. */
    Tensor input(String file, String name) throws IOException {
        Tensor tensor = file(file).read(name);
        seen.add(label(file, name));
        return tensor;
    }

    /** A stored tensor of whole numbers, flattened. */
    int[] integers(String file, String name) throws IOException {
        return Tensors.ints(input(file, name));
    }

    /** A stored tensor of whole numbers with two axes. */
    int[][] rows(String file, String name) throws IOException {
        return Tensors.intRows(input(file, name));
    }

    /** Compares with the case's {@code float_relative}. */
    void close(String file, String name, Tensor actual) throws IOException {
        close(file, name, actual, folder.tolerance("float_relative"));
    }

    /** Compares with the case's {@code gradient_relative}. */
    void gradient(String file, String name, Tensor actual) throws IOException {
        close(file, name, actual, folder.tolerance("gradient_relative"));
    }

    /** Compares: the largest difference, relative to the largest magnitude of the reference. */
    void close(String file, String name, Tensor actual, double limit) throws IOException {
        close(file, name, actual, input(file, name), limit);
    }

    /** Compares a part of a stored tensor, which counts as compared. */
    void close(String file, String name, Tensor actual, Tensor reference, double limit) {
        seen.add(label(file, name));
        if (!sameShape(label(file, name), actual, reference)) {
            return;
        }
        double[] expected = Tensors.doubles(reference);
        double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
        double worst = largestDifference(Tensors.doubles(actual), expected);
        add(label(file, name), worst == 0 ? 0 : worst / largest, limit, RELATIVE);
    }

    /** Compares whole numbers, which must be equal. */
    void exact(String file, String name, Tensor actual) throws IOException {
        exact(file, name, actual, input(file, name));
    }

    /** Compares whole numbers of a part of a stored tensor. */
    void exact(String file, String name, Tensor actual, Tensor reference) {
        seen.add(label(file, name));
        if (sameShape(label(file, name), actual, reference)) {
            long[] expected = Tensors.longs(reference);
            long[] values = Tensors.longs(actual);
            int different = 0;
            for (int i = 0; i < expected.length; i++) {
                different += values[i] == expected[i] ? 0 : 1;
            }
            add(label(file, name), different, 0, EXACT);
        }
    }

    /** Compares 8-bit images: the case's {@code uint8_levels} and {@code uint8_fraction_exact}. */
    void pixels(String file, String name, Tensor actual) throws IOException {
        Tensor reference = input(file, name);
        if (!sameShape(label(file, name), actual, reference)) {
            return;
        }
        long[] expected = Tensors.longs(reference);
        long[] values = Tensors.longs(actual);
        long worst = 0;
        int different = 0;
        for (int i = 0; i < expected.length; i++) {
            worst = Math.max(worst, Math.abs(values[i] - expected[i]));
            different += values[i] == expected[i] ? 0 : 1;
        }
        add(label(file, name), worst, folder.tolerance("uint8_levels"), "levels");
        add(
                label(file, name),
                (double) different / expected.length,
                1 - folder.tolerance("uint8_fraction_exact"),
                "share that differs");
    }

    /** Compares two numbers: their difference, relative to the reference. */
    void relative(String name, double actual, double reference, double limit) {
        double difference = Math.abs(actual - reference);
        add(name, difference == 0 ? 0 : difference / Math.abs(reference), limit, "relative");
    }

    /** Compares two numbers by their difference. */
    void absolute(String name, double actual, double reference, double limit) {
        add(name, Math.abs(actual - reference), limit, "absolute");
    }

    /** Adds the outcome of a comparison of another kind; an error that is no number fails. */
    void add(String name, double error, double limit, String measure) {
        comparisons.add(new Comparison(name, Double.isNaN(error) ? Double.POSITIVE_INFINITY : error, limit, measure));
    }

    /** Marks a stored tensor as compared by {@link #add}. */
    void compared(String file, String name) {
        seen.add(label(file, name));
    }

    /** Compares every stored {@code grad.NAME} with the gradient that backward has left at weight NAME, and drops it. */
    void gradients(String file, Weights weights) throws IOException {
        for (String name : names(file)) {
            if (name.startsWith(GRADIENT)) {
                gradient(
                        file,
                        name,
                        weights.get(name.substring(GRADIENT.length())).grad());
            }
        }
    }

    /**
     * All comparisons, and a failure for every stored tensor that was neither an input nor compared.
     *
     * @throws CorruptFileException if a setting was neither
     */
    List<Comparison> finish() throws IOException {
        folder.requireAllKnown();
        for (String file : folder.tensorFiles()) {
            String stem = file.substring(0, file.length() - ".safetensors".length());
            if (!file.equals(GoldenFolder.WEIGHTS)) {
                for (String name : names(stem)) {
                    if (!seen.contains(label(stem, name))) {
                        add(label(stem, name), Double.POSITIVE_INFINITY, 0, "never compared");
                    }
                }
            }
        }
        if (comparisons.isEmpty()) {
            add(folder.toString(), Double.POSITIVE_INFINITY, 0, "nothing to compare");
        }
        return List.copyOf(comparisons);
    }

    private boolean sameShape(String name, Tensor actual, Tensor reference) {
        boolean same = Arrays.equals(actual.shape(), reference.shape());
        if (!same) {
            add(
                    name,
                    Double.POSITIVE_INFINITY,
                    0,
                    "shape " + Arrays.toString(actual.shape()) + " instead of " + Arrays.toString(reference.shape()));
        }
        return same;
    }

    private static double largestDifference(double[] values, double[] expected) {
        double worst = 0;
        for (int i = 0; i < expected.length; i++) {
            double difference = Math.abs(values[i] - expected[i]);
            worst = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(worst, difference);
        }
        return worst;
    }

    private Safetensors file(String file) throws IOException {
        Safetensors open = files.get(file);
        if (open == null) {
            if (!folder.tensorFiles().contains(file + ".safetensors")) {
                throw new CorruptFileException("a case of kind " + folder.kind() + " holds " + file
                        + ".safetensors, but " + folder.path() + " does not; make it again");
            }
            open = folder.tensors(file + ".safetensors");
            files.put(file, open);
        }
        return open;
    }

    private static String label(String file, String name) {
        return file + "/" + name;
    }
}
