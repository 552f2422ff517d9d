package dev.oar.job;

import dev.oar.edit.EditListener;
import dev.oar.edit.EditedImage;
import dev.oar.edit.Window;
import dev.oar.generate.ImageOrigin;
import dev.oar.image.PngFile;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;

/**
 * Some results of one image that is given.
 *
 * @param first index of the first of them
 * @param count how many
 */
record EditBatch(Job job, Work.OfImage work, long first, int count) implements Batch.OfOneJob {
    @Override
    public void draw(ServedModel model, Previews previews) throws IOException {
        try (ServedModel.Conditioned conditioned = model.conditioned(work.arm(), work.captions(), work.negative())) {
            work.painting().paint(conditioned.drawing(), first, count, new Listener(previews), this::deliver);
        }
    }

    private void deliver(EditedImage image) {
        job.drawn(
                (int) (image.index() - work.firstIndex()),
                PngFile.encode(
                        image.image(), ImageOrigin.chunks(work.parameters().text(work.seed(), image))),
                work.seed(),
                image.index());
    }

    /** Tells the job of every step. */
    private final class Listener implements EditListener {
        private final Previews previews;
        private int[][] before = new int[0][];
        private Optional<Window> at = Optional.empty();
        private int step;

        Listener(Previews previews) {
            this.previews = previews;
        }

        @Override
        public void stepped(Progress progress) {
            job.failIfOverdue();
            if (job.state().ended()) {
                throw new CancellationException("the job has ended");
            }
            if (progress.results() == 0) {
                return;
            }
            int image = (int) (progress.firstIndex() - work.firstIndex());
            tell(progress, image);
            if (progress.done() < progress.total()) {
                previews.after(
                        step,
                        IntStream.range(0, progress.results())
                                .mapToObj(row -> new Previews.Drawn(
                                        job,
                                        image + row,
                                        () -> PngFile.encode(progress.preview().apply(row), Map.of())))
                                .toList());
            }
            step++;
        }

        private void tell(Progress progress, int image) {
            Window window = progress.cells().window();
            int[][] tokens = progress.cells().tokens().get();
            double[][] confidences = progress.cells().confidences().get();
            double[][] asked = job.telling().candidates()
                    ? progress.cells().candidateConfidences().get()
                    : new double[tokens.length][0];
            if (!at.equals(Optional.of(window))) {
                at = Optional.of(window);
                before = Arrays.stream(tokens).map(Steps::unfilled).toArray(int[][]::new);
            }
            Steps.Part part = new Steps.Part(
                    progress.cells().hole(),
                    progress.done(),
                    progress.total(),
                    List.of(window.left(), window.top(), window.side()));
            job.stepped(IntStream.range(0, progress.results())
                    .mapToObj(row -> new Steps(job, image + row)
                            .of(before[row], tokens[row], confidences[row], asked[row], part))
                    .toList());
            before = tokens;
        }
    }
}
