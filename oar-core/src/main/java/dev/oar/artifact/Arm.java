package dev.oar.artifact;

import java.util.Locale;

/** Which of the transformers of one recipe: they differ in the orders they were trained on last. */
public enum Arm {
    /** Pretrained on fresh uniform random orders. */
    ANY_ORDER,
    /** The any-order model after the fine-tuning's further steps on random orders: what the orders are compared with. */
    CONTROL,
    /** The any-order model after fine-tuning on recorded orders. */
    SPECIALISED,
    /** Trained for raster order only: an imported model that draws in no other. */
    RASTER;

    /** The name in files and commands, such as {@code any-order}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
