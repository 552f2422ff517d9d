package dev.oar.job;

import dev.oar.generate.GeneratedImage;
import dev.oar.generate.ImageGenerator;
import dev.oar.generate.ImageRequest;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

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
    public void draw(ServedModel model, Previews previews) throws IOException {
        Work.Images first = rows.firstEntry().getValue().work();
        List<String> captions = captions(first);
        NavigableMap<Integer, ImageRequest> requests = new TreeMap<>();
        rows.forEach((row, placed) -> requests.put(row, request(placed, captions)));
        try (ServedModel.Conditioned conditioned = model.conditioned(first.arm(), captions, first.negative())) {
            Map<Integer, GeneratedImage> images = new ImageGenerator(conditioned.drawing())
                    .generateRows(requests, first.batchSize(), new ImageListener(told(), previews));
            rows.forEach((row, placed) ->
                    placed.work().deliver(placed.job(), placed.image(), Objects.requireNonNull(images.get(row))));
        }
    }

    /** The captions that are read for it, each once. */
    private List<String> captions(Work.Images first) {
        return first.captionsAlone()
                ? first.captions().stream().distinct().toList()
                : rows.values().stream()
                        .filter(placed -> !placed.work().captions().isEmpty())
                        .map(placed -> placed.work().caption(placed.image()))
                        .distinct()
                        .toList();
    }

    private SortedMap<Integer, ImageListener.Told> told() {
        SortedMap<Integer, ImageListener.Told> told = new TreeMap<>();
        rows.forEach(
                (row, placed) -> told.put(row - rows.firstKey(), new ImageListener.Told(placed.job(), placed.image())));
        return told;
    }

    private static ImageRequest request(Placed placed, List<String> captions) {
        ImageRequest request = placed.request();
        return placed.work().captions().isEmpty()
                ? request
                : new ImageRequest(
                        captions.indexOf(placed.work().caption(placed.image())),
                        request.seed(),
                        request.index(),
                        request.drawing());
    }
}
