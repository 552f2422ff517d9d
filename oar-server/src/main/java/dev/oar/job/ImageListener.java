package dev.oar.job;

import dev.oar.generate.GenerationListener;
import dev.oar.image.PngFile;
import dev.oar.message.JobEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.CancellationException;

/** Tells jobs of every step in which whole images are drawn. */
final class ImageListener implements GenerationListener {
    private final SortedMap<Integer, Told> images;
    private final List<Job> jobs;
    private final boolean candidates;
    private final Previews previews;
    private int[][] before = new int[0][];
    private int step;

    /**
     * An image that is drawn.
     *
     * @param image which of the job's images
     */
    record Told(Job job, int image) {}

    /**
     * A listener to one batch.
     *
     * @param images by their place among those that the listener is told of
     */
    ImageListener(SortedMap<Integer, Told> images, Previews previews) {
        this.images = images;
        this.previews = previews;
        this.jobs = images.values().stream().map(Told::job).distinct().toList();
        this.candidates = jobs.stream().anyMatch(job -> job.telling().candidates());
    }

    @Override
    public void stepped(Progress progress) {
        jobs.forEach(Job::failIfOverdue);
        if (jobs.stream().allMatch(job -> job.state().ended())) {
            throw new CancellationException("all of the batch's jobs have ended");
        }
        int[][] tokens = progress.tokens().get();
        double[][] confidences = progress.confidences().get();
        double[][] asked = candidates ? progress.candidateConfidences().get() : new double[tokens.length][0];
        if (step == 0) {
            before = Arrays.stream(tokens).map(Steps::unfilled).toArray(int[][]::new);
        }
        Map<Job, List<JobEvent.Step>> steps = new LinkedHashMap<>();
        images.forEach((place, told) -> steps.computeIfAbsent(told.job(), unused -> new ArrayList<>())
                .add(new Steps(told.job(), told.image())
                        .of(before[place], tokens[place], confidences[place], asked[place])));
        steps.forEach(Job::stepped);
        before = tokens;
        if (Steps.filled(tokens[0]) < tokens[0].length) {
            previews.after(
                    step,
                    images.entrySet().stream()
                            .map(entry -> new Previews.Drawn(
                                    entry.getValue().job(),
                                    entry.getValue().image(),
                                    () -> PngFile.encode(progress.preview().apply(entry.getKey()))))
                            .toList());
        }
        step++;
    }
}
