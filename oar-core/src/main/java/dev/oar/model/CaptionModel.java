package dev.oar.model;

/** A model that draws from captions once it has been given some; before, it knows the unconditional row alone. */
public interface CaptionModel extends AutoregressiveModel {
    /**
     * The same model for these captions, in place of this one, whose weights it takes with the captions: conditions
     * {@code 0 .. count - 1} are the captions. Close only what is returned; copies of it share the captions and do not free them.
     *
     * @throws IllegalArgumentException if the model draws from classes, or the captions have another form or other sizes; this model and
     *     the captions are closed then
     */
    CaptionModel conditionedOn(Captions given);

    /**
     * The same weights for these captions: conditions {@code 0 .. count - 1} are the captions.
     *
     * @param given in the form and of the sizes that the model was made for; they stay the caller's and must outlive the view
     * @return a view that shares these weights; close it before this model, whose weights it does not free
     * @throws IllegalArgumentException if the model draws from classes, or the captions have another form or other sizes
     */
    CaptionModel withCaptions(Captions given);
}
