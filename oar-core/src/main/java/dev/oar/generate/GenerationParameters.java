package dev.oar.generate;

import dev.oar.generate.DrawingOrder.Dynamic.OrderNoiseUnit;
import dev.oar.order.GenerationOrder;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What the images of one call are drawn with; {@link ImageOrigin} adds what is an image's own. Together they are enough to draw the
 * image again.
 *
 * @param model name of the model
 * @param arm which of its transformers
 * @param fingerprints SHA-256 of the files used, by file name: the weights, and the mean ranks of a recorded-mean order
 * @param drawing how
 * @param batchSize images decoded together
 */
public record GenerationParameters(
        String model, String arm, Map<String, String> fingerprints, Drawing drawing, int batchSize) {
    static final String ORDER = "order";
    static final String ORDER_CELLS = "order-cells";
    static final String ORDER_NOISE_UNIT = "order-noise-unit";
    static final String GUIDANCE_POWER = "guidance-power";
    static final String GUIDED_CELLS = "guided-cells";
    static final String WEIGHT_FORMAT = "weight-format";
    static final String FINGERPRINT = "sha256 ";

    /** Sorts the fingerprints. */
    public GenerationParameters {
        fingerprints = new TreeMap<>(fingerprints);
    }

    /**
     * The text about one image, in a fixed order; {@link ImageOrigin} lists the keys.
     *
     * @param className its class
     * @param seed the seed
     * @param index its index
     * @param filled the order its cells were filled in
     */
    public Map<String, String> text(String className, long seed, long index, GenerationOrder filled) {
        return text(className, seed, OptionalLong.of(index), Optional.of(filled));
    }

    /**
     * What the text about every image of a class and seed will hold: all but its index and the cells of its order.
     *
     * @param className the class
     * @param seed the seed
     */
    public Map<String, String> shared(String className, long seed) {
        return text(className, seed, OptionalLong.empty(), Optional.empty());
    }

    private Map<String, String> text(
            String className, long seed, OptionalLong index, Optional<GenerationOrder> filled) {
        Map<String, String> text = new LinkedHashMap<>();
        text.put("class", className);
        text.put("seed", Long.toString(seed));
        index.ifPresent(number -> text.put("index", Long.toString(number)));
        text.put("model", model);
        text.put("arm", arm);
        putOrder(text, filled);
        text.put("guidance-scale", Double.toString(drawing.guidanceScale()));
        text.put("guidance-schedule", word(drawing.guidanceSchedule()));
        drawing.guidancePower().ifPresent(power -> text.put(GUIDANCE_POWER, Double.toString(power)));
        drawing.guidedCells().ifPresent(cells -> text.put(GUIDED_CELLS, Integer.toString(cells)));
        text.put("temperature", Double.toString(drawing.temperature()));
        text.put("top-k", Integer.toString(drawing.topK()));
        text.put("top-p", Double.toString(drawing.topP()));
        text.put(WEIGHT_FORMAT, word(drawing.weightFormat()));
        text.put("batch-size", Integer.toString(batchSize));
        fingerprints.forEach((file, hash) -> text.put(FINGERPRINT + file, hash));
        return text;
    }

    private void putOrder(Map<String, String> text, Optional<GenerationOrder> filled) {
        DrawingOrder order = drawing.order();
        text.put(ORDER, kind(order));
        if (order instanceof DrawingOrder.Dynamic dynamic) {
            text.put("confidence", word(dynamic.confidence()));
            text.put("confidence-logits", word(dynamic.confidenceLogits()));
            text.put("order-noise", Double.toString(dynamic.orderNoise()));
            if (dynamic.orderNoiseUnit() != OrderNoiseUnit.LOGARITHM) {
                text.put(ORDER_NOISE_UNIT, word(dynamic.orderNoiseUnit()));
            }
            text.put("cells-per-step", Integer.toString(dynamic.cellsPerStep()));
            return;
        }
        text.put("steps", Integer.toString(((DrawingOrder.Fixed) order).steps()));
        // Other orders are functions of what is told anyway; these came from files that may be gone.
        if (order instanceof DrawingOrder.RecordedMean
                || order instanceof DrawingOrder.FromFile
                || order instanceof DrawingOrder.Given) {
            filled.ifPresent(cells -> text.put(
                    ORDER_CELLS,
                    IntStream.of(cells.toArray()).mapToObj(Integer::toString).collect(Collectors.joining(" "))));
        }
    }

    /** The kind of an order; an order from a file is told cell by cell, and so is given. */
    private static String kind(DrawingOrder order) {
        if (order instanceof DrawingOrder.Dynamic) {
            return "dynamic";
        }
        return order instanceof DrawingOrder.FromFile ? "given" : order.label();
    }

    /** The word that recipes have for a constant. */
    public static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
