package dev.oar.checkpoint;

import java.util.List;

/**
 * What the header of an array says.
 *
 * @param name the array's name in its archive
 * @param type the type of its numbers
 * @param shape its sizes, outermost first; empty for a single number
 * @param columnMajor whether the first index varies fastest, as Fortran has it, instead of the last
 */
public record NumpyArray(String name, NumpyType type, List<Long> shape, boolean columnMajor) {
    /** Copies the shape. */
    public NumpyArray {
        shape = List.copyOf(shape);
    }

    /** How many numbers it holds; known to fit when it comes from an archive. */
    public long count() {
        long product = 1;
        for (long size : shape) {
            product = Math.multiplyExact(product, size);
        }
        return product;
    }
}
