package dev.oar.checkpoint;

/** What a file of weights says of one of its tensors before it is read. */
public interface TensorEntry {
    /** The element type as safetensors files spell it, such as {@code F32}, {@code BF16} or {@code I64}. */
    String type();

    /** The sizes; none for a single number. */
    long[] shape();
}
