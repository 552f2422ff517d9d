package dev.oar.estimate;

import java.util.Arrays;
import java.util.Map;

/** Counts numbers of tensors by their shapes. */
final class Parameters {
    private Parameters() {}

    /** The numbers of a tensor. */
    static long count(long... shape) {
        return Arrays.stream(shape).reduce(1, (one, other) -> one * other);
    }

    /** The numbers of all tensors. */
    static long count(Map<String, long[]> shapes) {
        return shapes.values().stream().mapToLong(Parameters::count).sum();
    }
}
