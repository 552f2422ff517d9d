package dev.oar.tuning;

import dev.oar.tensor.Precision;

/** The precision that a training is given. */
public enum PrecisionSetting {
    /** The one that is faster for its work where it begins; a training that goes on keeps what it began with. */
    AUTO,
    /** Everything in float32. */
    FLOAT32,
    /** Products in bfloat16, see {@link Precision#BFLOAT16}. */
    BFLOAT16;

    /** The setting that asks for a precision. */
    public static PrecisionSetting of(Precision precision) {
        return switch (precision) {
            case FLOAT32 -> FLOAT32;
            case BFLOAT16 -> BFLOAT16;
        };
    }

    /** The precision that is meant on a machine. */
    public Precision on(MachineProfile machine, TrainingWork work) {
        return this == AUTO ? machine.fastest(work) : explicit();
    }

    /**
     * The precision that is asked for.
     *
     * @throws IllegalStateException if that has not been decided
     */
    public Precision explicit() {
        return switch (this) {
            case FLOAT32 -> Precision.FLOAT32;
            case BFLOAT16 -> Precision.BFLOAT16;
            case AUTO ->
                throw new IllegalStateException("a precision must be decided before it is used; settle it first");
        };
    }
}
