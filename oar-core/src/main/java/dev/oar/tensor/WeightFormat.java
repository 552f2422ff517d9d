package dev.oar.tensor;

/** How the weights of linear layers are kept for drawing, scoring and extracting; activations between layers stay float32. */
public enum WeightFormat {
    /** As they are, four bytes a number. */
    FLOAT32,
    /** Two bytes a number; products of bfloat16 numbers, summed in float32. */
    BFLOAT16,
    /** One byte a number, with one scale per output; inputs in bfloat16. Fastest where few rows are multiplied with many weights. */
    INT8
}
