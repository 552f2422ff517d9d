package dev.oar.model;

/** A model that draws from captions once it has been given some; before, it knows the unconditional row alone. */
public interface CaptionModel extends AutoregressiveModel {
    /**
     * The same model for these captions, in place of this one, whose weights it takes: conditions {@code 0 .. count - 1} are the captions.
     * Close what is returned alone, and before the captions.
     *
     * @throws IllegalArgumentException if the model draws from classes, or the captions have another form or other sizes; this model is
     *     closed then
     */
    CaptionModel conditionedOn(Captions given);
}
