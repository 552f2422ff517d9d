package dev.oar.tensor;

/** How the weights of linear layers are kept for drawing, scoring and extracting; activations between layers stay float32. */
public enum WeightFormat {
    /** As they are, four bytes a number. */
    FLOAT32,
    /** Two bytes a number, with eleven bits of precision; products in float32. For the CPU alone. */
    FLOAT16,
    /** Two bytes a number, with eight bits of precision; products of bfloat16 numbers, summed in float32. */
    BFLOAT16,
    /** One byte a number, with one scale per output; inputs are rounded to seven bits, with one scale per row. For the CPU alone. */
    INT8;

    /** Whether inputs are rounded to integers, too, so that its loss has to be weighed against its speed. */
    public boolean roundsInputs() {
        return this == INT8;
    }

    /** Whether a GPU has products with it. */
    public boolean runsOn(Device device) {
        return device.isHost() || this == FLOAT32 || this == BFLOAT16;
    }
}
