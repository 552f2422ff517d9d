package dev.oar.tuning;

import dev.oar.tensor.WeightFormat;

/** The weight format that drawing or extracting is given. */
public enum WeightFormatSetting {
    /** The fastest here of those that round nothing but the weights: float32, float16 or bfloat16. */
    AUTO,
    /** Four bytes a number, {@link WeightFormat#FLOAT32}. */
    FLOAT32,
    /** Two bytes a number, {@link WeightFormat#FLOAT16}. */
    FLOAT16,
    /** Two bytes a number, {@link WeightFormat#BFLOAT16}. */
    BFLOAT16,
    /** One byte a number, {@link WeightFormat#INT8}. */
    INT8;

    /** The setting that asks for a format. */
    public static WeightFormatSetting of(WeightFormat format) {
        return switch (format) {
            case FLOAT32 -> FLOAT32;
            case FLOAT16 -> FLOAT16;
            case BFLOAT16 -> BFLOAT16;
            case INT8 -> INT8;
        };
    }

    /** The format that is meant on a machine. */
    public WeightFormat on(MachineProfile machine, ProductRows rows) {
        return this == AUTO ? machine.fastest(rows) : explicit();
    }

    /**
     * The format that is asked for.
     *
     * @throws IllegalStateException if that has not been decided
     */
    public WeightFormat explicit() {
        return switch (this) {
            case FLOAT32 -> WeightFormat.FLOAT32;
            case FLOAT16 -> WeightFormat.FLOAT16;
            case BFLOAT16 -> WeightFormat.BFLOAT16;
            case INT8 -> WeightFormat.INT8;
            case AUTO ->
                throw new IllegalStateException("a weight format must be decided before it is used; settle it first");
        };
    }
}
