package dev.oar.train;

/** Tells a {@link ProgressListener} after every step how far the training has come, with a speed smoothed over recent steps. */
public final class TrainingProgress implements TrainingListener {
    private static final double SHARE_OF_NEWEST = 0.05;

    private final String stage;
    private final ProgressListener listener;
    private double secondsPerImage = Double.NaN;

    /** Progress of a stage of this name. */
    public TrainingProgress(String stage, ProgressListener listener) {
        this.stage = stage;
        this.listener = listener;
    }

    @Override
    public void onStep(StepReport report) {
        double newest = report.seconds() / report.images();
        secondsPerImage =
                Double.isNaN(secondsPerImage) ? newest : secondsPerImage + SHARE_OF_NEWEST * (newest - secondsPerImage);
        listener.progress(stage, report.step(), report.steps(), report.loss(), 1 / secondsPerImage);
    }
}
