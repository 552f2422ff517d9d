package dev.oar.job;

import dev.oar.generate.GeneratedImage;
import dev.oar.generate.GenerationListener;
import dev.oar.generate.ImageGenerator;
import dev.oar.generate.ImageOrigin;
import dev.oar.generate.ImageRequest;
import dev.oar.image.PngFile;
import dev.oar.image.RgbImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;

/**
 * Whole images of one shape, possibly of several jobs.
 *
 * @param rows the images by row
 */
record ImageBatch(NavigableMap<Integer, Placed> rows) implements Batch {
    @Override
    public List<Job> jobs() {
        return rows.values().stream().map(Placed::job).distinct().toList();
    }

    @Override
    public int images() {
        return rows.size();
    }

    @Override
    public void draw(ServedModel model) throws IOException {
        Work.Images first = rows.firstEntry().getValue().work();
        List<String> captions = new ArrayList<>(new LinkedHashSet<>(rows.values().stream()
                .flatMap(placed -> placed.work().captions().stream())
                .toList()));
        NavigableMap<Integer, ImageRequest> requests = new TreeMap<>();
        rows.forEach((row, placed) -> requests.put(row, request(placed, captions)));
        try (ServedModel.Conditioned conditioned = model.conditioned(first.arm(), captions, first.negative())) {
            Map<Integer, GeneratedImage> images =
                    new ImageGenerator(conditioned.drawing()).generateRows(requests, first.batchSize(), new Listener());
            rows.forEach((row, placed) -> deliver(placed, Objects.requireNonNull(images.get(row))));
        }
    }

    private static ImageRequest request(Placed placed, List<String> captions) {
        ImageRequest request = placed.request();
        return placed.work().captions().isEmpty()
                ? request
                : new ImageRequest(
                        captions.indexOf(placed.work().captions().get(0)),
                        request.seed(),
                        request.index(),
                        request.drawing());
    }

    private static void deliver(Placed placed, GeneratedImage image) {
        Work.Images work = placed.work();
        Map<String, String> text = work.parameters().text(work.subject(), work.seed(), image.index(), image.order());
        placed.job()
                .drawn(
                        placed.image(),
                        PngFile.encode(image.image(), ImageOrigin.chunks(text)),
                        work.seed(),
                        image.index());
    }

    /** Tells the jobs of every step. */
    private final class Listener implements GenerationListener {
        private final int offset = rows.firstKey();
        private int[][] before = new int[0][];
        private int step;

        @Override
        public void stepped(Progress progress) {
            jobs().forEach(Job::failIfOverdue);
            if (jobs().stream().allMatch(job -> job.state().ended())) {
                throw new CancellationException("all of the batch's jobs have ended");
            }
            int[][] tokens = progress.tokens().get();
            double[][] confidences = progress.confidences().get();
            if (step == 0) {
                before = Arrays.stream(tokens).map(Steps::unfilled).toArray(int[][]::new);
            }
            rows.forEach((row, placed) -> placed.job()
                    .stepped(Steps.of(
                            placed.image(), before[row - offset], tokens[row - offset], confidences[row - offset])));
            before = tokens;
            preview(progress, Steps.filled(tokens[0]), tokens[0].length);
            step++;
        }

        private void preview(Progress progress, int filled, int cells) {
            int steps = rows.firstEntry().getValue().work().drawing().order().steps(cells);
            List<Map.Entry<Integer, Placed>> wanted = rows.entrySet().stream()
                    .filter(entry -> filled < cells && entry.getValue().job().wantsPreview(step, steps))
                    .toList();
            if (!wanted.isEmpty()) {
                List<RgbImage> pictures = progress.previews().get();
                for (Map.Entry<Integer, Placed> entry : wanted) {
                    Placed placed = entry.getValue();
                    placed.job().previewed(placed.image(), PngFile.encode(pictures.get(entry.getKey() - offset)));
                }
            }
        }
    }
}
