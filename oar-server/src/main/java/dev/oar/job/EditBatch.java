package dev.oar.job;

import dev.oar.edit.EditListener;
import dev.oar.edit.EditedImage;
import dev.oar.edit.ImageEditor;
import dev.oar.edit.ImageVariations;
import dev.oar.edit.Window;
import dev.oar.generate.ImageOrigin;
import dev.oar.image.PngFile;
import dev.oar.image.RgbaImage;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/**
 * Some results of one image that is given.
 *
 * @param first index of the first of them
 * @param count how many
 */
record EditBatch(Job job, Work.OfImage work, long first, int count) implements Batch {
    @Override
    public List<Job> jobs() {
        return List.of(job);
    }

    @Override
    public int images() {
        return count;
    }

    @Override
    public void draw(ServedModel model) throws IOException {
        try (ServedModel.Conditioned conditioned = model.conditioned(work.arm(), work.captions(), work.negative())) {
            if (work instanceof Work.Edit edit) {
                new ImageEditor(conditioned.drawing()).edit(edit.part(first, count), new Listener(), this::deliver);
            } else if (work instanceof Work.Vary vary) {
                new ImageVariations(conditioned.drawing()).draw(vary.part(first, count), new Listener(), this::deliver);
            }
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
        private int[][] before = new int[0][];
        private Optional<Window> at = Optional.empty();
        private int step;

        @Override
        public void stepped(Progress progress) {
            job.failIfOverdue();
            if (job.state().ended()) {
                throw new CancellationException("the job has ended");
            }
            if (progress.results() == 0) {
                return;
            }
            Window window = progress.cells().window();
            int[][] tokens = progress.cells().tokens().get();
            double[][] confidences = progress.cells().confidences().get();
            if (!at.equals(Optional.of(window))) {
                at = Optional.of(window);
                before = Arrays.stream(tokens).map(Steps::unfilled).toArray(int[][]::new);
            }
            int image = (int) (progress.firstIndex() - work.firstIndex());
            for (int row = 0; row < progress.results(); row++) {
                job.stepped(Steps.of(
                        image + row,
                        before[row],
                        tokens[row],
                        confidences[row],
                        progress.cells().hole(),
                        progress.done(),
                        progress.total(),
                        List.of(window.left(), window.top(), window.side())));
            }
            before = tokens;
            if (progress.done() < progress.total() && job.wantsPreview(step, progress.total())) {
                List<RgbaImage> pictures = progress.previews().get();
                for (int row = 0; row < progress.results(); row++) {
                    job.previewed(image + row, PngFile.encode(pictures.get(row), Map.of()));
                }
            }
            step++;
        }
    }
}
