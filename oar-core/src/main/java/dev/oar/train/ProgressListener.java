package dev.oar.train;

/** Hears how far a stage has come; drawing a bar or a line of text from it is its own business. */
@FunctionalInterface
public interface ProgressListener {
    /**
     * One more step has been done.
     *
     * @param stage what is being done, as the user calls it
     * @param step steps done, those before an interruption included
     * @param total steps in all
     * @param loss loss of this step
     * @param imagesPerSecond recent speed; NaN while unknown
     */
    void progress(String stage, long step, long total, double loss, double imagesPerSecond);
}
