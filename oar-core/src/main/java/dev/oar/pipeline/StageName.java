package dev.oar.pipeline;

import dev.oar.config.Spelling;

/** The stages of the flow, in the order in which they run. */
public enum StageName {
    /** Train the network in whose features the tokenizer's loss compares images, if it does so in those of the data set itself. */
    PERCEPTUAL_FEATURES,
    /** Train the tokenizer. */
    TOKENIZER,
    /** Turn all images into tokens. */
    TOKENS,
    /** Train the feature network that images are compared in. */
    FEATURES,
    /** Train the attribute classifier that tells what images show. */
    ATTRIBUTES,
    /** Train the any-order model. */
    PRETRAINING,
    /** Extract the orders of all images. */
    EXTRACTION,
    /** Describe the extracted orders of a study. */
    ORDERS,
    /** Train the control further on random orders. */
    CONTROL,
    /** Fine-tune on recorded orders. */
    FINETUNING,
    /** Gather the model in its folder. */
    MODEL,
    /** Draw with an arm of a study, predict test images by it, and what it has drawn by another seed's model. */
    DRAWING,
    /** Draw and measure; of an arm of a study, measure what was drawn. */
    EVALUATION,
    /** Write the report. */
    REPORT;

    /** The name in folders and on the screen, such as {@code pretraining}. */
    public String label() {
        return Spelling.word(this);
    }
}
