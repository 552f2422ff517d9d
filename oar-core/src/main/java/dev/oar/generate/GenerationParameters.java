package dev.oar.generate;

import dev.oar.artifact.Arm;
import dev.oar.artifact.ModelFolder;
import dev.oar.artifact.OrderNetworkFiles;
import dev.oar.checkpoint.Fingerprint;
import dev.oar.config.RecordTexts;
import dev.oar.order.GenerationOrder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What the images of one call are drawn with; {@link ImageOrigin} adds what is an image's own. Together they are enough to draw the
 * image again.
 *
 * @param model name of the model
 * @param arm which of its transformers
 * @param fingerprints SHA-256 of the files used, by file name: the weights, and the mean ranks or the order network of an order that needs them
 * @param drawing how
 * @param batchSize images decoded together
 */
public record GenerationParameters(
        String model, String arm, Map<String, String> fingerprints, Drawing drawing, int batchSize) {
    static final String ORDER_CELLS = "order-cells";
    static final String FINGERPRINT = "sha256 ";

    /** Sorts the fingerprints. */
    public GenerationParameters {
        fingerprints = new TreeMap<>(fingerprints);
    }

    /**
     * Of images that an arm of a model draws.
     *
     * @throws IOException if a file that is used cannot be read
     */
    public static GenerationParameters of(ModelFolder folder, Arm arm, Drawing drawing, int batchSize)
            throws IOException {
        Map<String, String> fingerprints = new TreeMap<>();
        for (String file : new String[] {ModelFolder.TOKENIZER, ModelFolder.fileName(arm)}) {
            fingerprints.put(file, folder.fingerprint(file));
        }
        Path ranks = folder.path().resolve(ModelFolder.MEAN_RANKS);
        if (drawing.order().needsMeanRanks() && Files.isRegularFile(ranks)) {
            fingerprints.put(ModelFolder.MEAN_RANKS, Fingerprint.ofFile(ranks));
        }
        if (drawing.order().needsOrderNetwork()) {
            fingerprints.put(OrderNetworkFiles.WEIGHTS, folder.fingerprint(OrderNetworkFiles.WEIGHTS));
        }
        if (drawing.order().decidingFile().isPresent()) {
            Path file = drawing.order().decidingFile().get();
            fingerprints.put(String.valueOf(file.getFileName()), Fingerprint.ofFile(file));
        }
        return new GenerationParameters(folder.manifest().name(), arm.label(), fingerprints, drawing, batchSize);
    }

    /**
     * The text about one image, in a fixed order; {@link ImageOrigin} lists the keys.
     *
     * @param subject what it was asked to show
     * @param seed the seed
     * @param index its index
     * @param filled the order its cells were filled in
     */
    public Map<String, String> text(Subject subject, long seed, long index, GenerationOrder filled) {
        return text(subject, seed, OptionalLong.of(index), Optional.of(filled));
    }

    /**
     * What the text about every image of a subject and seed will hold: all but its index and the cells of its order.
     *
     * @param subject what it was asked to show
     * @param seed the seed
     */
    public Map<String, String> shared(Subject subject, long seed) {
        return text(subject, seed, OptionalLong.empty(), Optional.empty());
    }

    private Map<String, String> text(Subject subject, long seed, OptionalLong index, Optional<GenerationOrder> filled) {
        Map<String, String> text = new LinkedHashMap<>();
        text.putAll(subject.text());
        text.put("seed", Long.toString(seed));
        index.ifPresent(number -> text.put("index", Long.toString(number)));
        text.put("model", model);
        text.put("arm", arm);
        text.putAll(drawn(filled));
        text.put("batch-size", Integer.toString(batchSize));
        fingerprints.forEach((file, hash) -> text.put(FINGERPRINT + file, hash));
        return text;
    }

    /** The text of the drawing, with the cells behind what else is told of the order. */
    private Map<String, String> drawn(Optional<GenerationOrder> filled) {
        List<Integer> cells = filled.map(
                        order -> Arrays.stream(order.toArray()).boxed().toList())
                .orElse(List.of());
        DrawingOrder order = drawing.order().told(cells);
        Map<String, String> text = RecordTexts.write(new Ordered(order));
        Map<String, String> rest = RecordTexts.write(drawing.withOrder(order));
        rest.keySet().removeAll(text.keySet());
        text.remove(ORDER_CELLS);
        if (order.tellsCells() && filled.isPresent()) {
            text.put(ORDER_CELLS, cells.stream().map(String::valueOf).collect(Collectors.joining(" ")));
        }
        text.putAll(rest);
        return text;
    }

    private record Ordered(DrawingOrder order) {}
}
