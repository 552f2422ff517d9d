package dev.oar.pipeline;

/**
 * How far something in a stage has come.
 *
 * @param activity what is being done, such as {@code training}
 * @param done how much of it is done
 * @param total how much there is
 * @param loss the loss of the last step, NaN where there is none
 * @param imagesPerSecond recent speed, NaN while unknown
 * @param heldOutBits bits per token of the model in training on images that it is not trained on, NaN where they have not been measured
 */
public record StageProgress(
        String activity, long done, long total, double loss, double imagesPerSecond, double heldOutBits) {
    /** Progress of something that is no training. */
    static StageProgress of(String activity, long done, long total) {
        return new StageProgress(activity, done, total, Double.NaN, Double.NaN, Double.NaN);
    }
}
