package dev.oar.checkpoint;

import dev.oar.file.CorruptFileException;

/**
 * A run of elements that stands outside the pickle and that one tensor or several look into.
 *
 * @param key the name under which the file holds it
 * @param type element type; U8 for storages that are bytes to PyTorch
 * @param count how many elements, 0 or more
 */
record TorchStorage(String key, ElementType type, long count) implements PickleValue.Foreign {
    /** How many bytes the elements take; {@link #of} has checked that it is below 2^63. */
    long bytes() {
        return count * type.bytes();
    }

    static TorchStorage of(Damage damage, String key, ElementType type, long count) throws CorruptFileException {
        if (count < 0 || count > Long.MAX_VALUE / type.bytes()) {
            throw damage.found("storage '" + key + "' must have less than 2^63 bytes, but claims " + count
                    + " elements of type " + type);
        }
        return new TorchStorage(key, type, count);
    }
}
