package dev.oar.generate;

import dev.oar.image.PngFile;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/** The text that travels inside a drawn PNG: for people under {@code parameters}, for programs (JSON) under {@code oar}. */
public final class GenerationParameters {
    private static final JsonMapper JSON = new JsonMapper();

    private GenerationParameters() {}

    /**
     * What a drawing, a model and a batch size say, in a fixed order; enough, with class, seed and index, to draw the image again.
     *
     * @param model name of the model
     * @param arm which of its transformers
     * @param fingerprints of the weight files used
     */
    public static Map<String, String> of(
            String model, String arm, Map<String, String> fingerprints, Drawing drawing, int batchSize) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("model", model);
        parameters.put("arm", arm);
        parameters.put("order", drawing.order().label());
        if (drawing.order() instanceof DrawingOrder.Dynamic dynamic) {
            parameters.put("confidence", word(dynamic.confidence()));
            parameters.put("confidence-logits", word(dynamic.confidenceLogits()));
            parameters.put("order-noise", Double.toString(dynamic.orderNoise()));
            parameters.put("cells-per-step", Integer.toString(dynamic.cellsPerStep()));
        } else {
            parameters.put("steps", Integer.toString(steps(drawing.order())));
        }
        parameters.put("guidance-scale", Double.toString(drawing.guidanceScale()));
        parameters.put("guidance-schedule", word(drawing.guidanceSchedule()));
        parameters.put("temperature", Double.toString(drawing.temperature()));
        parameters.put("top-k", Integer.toString(drawing.topK()));
        parameters.put("top-p", Double.toString(drawing.topP()));
        parameters.put("batch-size", Integer.toString(batchSize));
        fingerprints.forEach((file, hash) -> parameters.put("sha256 " + file, hash));
        return parameters;
    }

    /** The text chunks of one image. */
    static Map<String, String> text(Map<String, String> parameters) {
        String line = parameters.entrySet().stream()
                .map(entry -> entry.getKey() + ": " + entry.getValue())
                .collect(Collectors.joining(", "));
        Map<String, String> chunks = new LinkedHashMap<>();
        chunks.put(PngFile.PARAMETERS, line);
        chunks.put(PngFile.OAR, JSON.writeValueAsString(parameters));
        return chunks;
    }

    private static int steps(DrawingOrder order) {
        if (order instanceof DrawingOrder.RecordedMean mean) {
            return mean.steps();
        }
        if (order instanceof DrawingOrder.Raster raster) {
            return raster.steps();
        }
        if (order instanceof DrawingOrder.UniformRandom random) {
            return random.steps();
        }
        return order instanceof DrawingOrder.FromFile file ? file.steps() : 0;
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
}
