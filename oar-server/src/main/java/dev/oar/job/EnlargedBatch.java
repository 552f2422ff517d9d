package dev.oar.job;

import dev.oar.generate.GenerationRequest;
import dev.oar.generate.ImageGenerator;
import java.io.IOException;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Some images of one job on a larger grid than the model's own.
 *
 * @param first index of the first of them
 * @param count how many
 */
record EnlargedBatch(Job job, Work.Images work, long first, int count) implements Batch.OfOneJob {
    @Override
    public void draw(ServedModel model, Previews previews) throws IOException {
        List<String> captions = work.captions().stream().distinct().toList();
        int before = (int) (first - work.firstIndex().orElse(0));
        SortedMap<Integer, ImageListener.Told> told = new TreeMap<>();
        IntStream.range(0, count).forEach(place -> told.put(place, new ImageListener.Told(job, before + place)));
        int[] conditions = IntStream.range(before, before + count)
                .map(image -> captions.isEmpty() ? work.condition() : captions.indexOf(work.caption(image)))
                .toArray();
        try (ServedModel.Conditioned conditioned = model.conditioned(work.arm(), captions, work.negative())) {
            new ImageGenerator(conditioned.drawing())
                    .generate(
                            new GenerationRequest(first, conditions, work.seed(), work.batchSize(), work.drawing()),
                            new ImageListener(told, previews),
                            image -> work.deliver(job, before + (int) (image.index() - first), image));
        }
    }
}
