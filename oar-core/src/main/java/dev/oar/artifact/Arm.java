package dev.oar.artifact;

import dev.oar.config.Spelling;
import java.util.List;

/** Which of the transformers of a model folder: they differ in the orders they were trained on last. */
public enum Arm {
    /** Pretrained on fresh uniform random orders. */
    ANY_ORDER,
    /** The any-order model after the fine-tuning's further steps on random orders: what the orders are compared with. */
    CONTROL,
    /** The any-order model after fine-tuning on recorded orders. */
    SPECIALISED,
    /** Trained for raster order only: an imported model that draws in no other. */
    RASTER;

    /** The arms that a recipe trains, in this order. */
    public static final List<Arm> OF_A_RECIPE = List.of(ANY_ORDER, CONTROL, SPECIALISED);

    /** The name in files and commands, such as {@code any-order}. */
    public String label() {
        return Spelling.word(this);
    }
}
