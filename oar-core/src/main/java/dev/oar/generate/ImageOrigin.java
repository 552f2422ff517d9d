package dev.oar.generate;

import dev.oar.decode.ConfidenceMeasure;
import dev.oar.decode.OrderPolicy.ConfidenceLogits;
import dev.oar.file.CorruptFileException;
import dev.oar.generate.Drawing.GuidanceSchedule;
import dev.oar.generate.DrawingOrder.Dynamic.OrderNoiseUnit;
import dev.oar.image.PngFile;
import dev.oar.tensor.WeightFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where a drawn image came from, as its PNG file tells: enough to draw it again.
 *
 * <p>The text chunk {@code parameters} tells it to people, {@code key: value} by {@code key: value}; the chunk {@code oar} is a JSON
 * object of the same keys and texts:
 *
 * <ul>
 *   <li>{@code class}, {@code seed}, {@code index}, {@code model}, {@code arm}, {@code batch-size}
 *   <li>{@code order}: {@code dynamic}, {@code recorded-mean}, {@code raster}, {@code random},
 *       {@code rim} or {@code given}
 *   <li>of dynamic orders {@code confidence}, {@code confidence-logits}, {@code order-noise}, {@code cells-per-step}, and
 *       {@code order-noise-unit} unless it is {@code logarithm}; of all others {@code steps} (0 = one cell a step)
 *   <li>of recorded-mean and given orders {@code order-cells}: the cells as they were filled, with spaces between, which is what an
 *       order file holds
 *   <li>{@code guidance-scale}, {@code guidance-schedule}, {@code temperature}, {@code top-k}, {@code top-p}
 *   <li>of power-cosine guidance {@code guidance-power}, of first-cells guidance {@code guided-cells}
 *   <li>{@code weight-format}; images without it were drawn with weights in float32
 *   <li>{@code sha256 FILE} for every file of the model that was used
 * </ul>
 *
 * @param parameters what it shares with the images drawn beside it; an order from a file is a given one here
 * @param className its class
 * @param seed the seed
 * @param index its index
 * @param cells the cells as they were filled, if the order came from a file; else empty
 */
public record ImageOrigin(
        GenerationParameters parameters, String className, long seed, long index, List<Integer> cells) {
    /** The key that edited images have, and no other. */
    public static final String EDIT = "edit";

    private static final JsonMapper JSON = new JsonMapper();

    /** Copies the cells. */
    public ImageOrigin {
        cells = List.copyOf(cells);
    }

    /**
     * Reads what a PNG file tells.
     *
     * @throws CorruptFileException if it does not tell all of it
     */
    public static ImageOrigin read(Path png) throws IOException {
        String json = PngFile.text(png).get(PngFile.OAR);
        if (json == null) {
            throw new CorruptFileException("a drawn image tells its making in a text chunk named " + PngFile.OAR
                    + ", but " + png + " has none; name an image that `oar generate` has written");
        }
        try {
            Map<String, String> values = JSON.readValue(json, new TypeReference<Map<String, String>>() {});
            if (values == null) {
                throw new IllegalArgumentException("it holds null");
            }
            if (values.containsKey(EDIT)) {
                throw new IllegalArgumentException("it was edited from another image");
            }
            return new Text(values).origin();
        } catch (JacksonException | IllegalArgumentException e) {
            String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            throw new CorruptFileException(
                    "the text " + PngFile.OAR + " of " + png + " must tell how the image was drawn, but does not ("
                            + reason + "); take the file as `oar generate` has written it",
                    e);
        }
    }

    /**
     * Asks for the image again. An order that came from a file is given cell by cell, so that the file is not needed.
     *
     * @param classIndex the place of the class in the model
     */
    public GenerationRequest request(int classIndex) {
        Drawing drawing = parameters.drawing();
        if (!cells.isEmpty() && drawing.order() instanceof DrawingOrder.Fixed fixed) {
            drawing = drawing.withOrder(new DrawingOrder.Given(cells, fixed.steps()));
        }
        return new GenerationRequest(index, new int[] {classIndex}, seed, parameters.batchSize(), drawing);
    }

    /** The text chunks of a PNG file that tell keys and texts, to people and as JSON. */
    public static Map<String, String> chunks(Map<String, String> text) {
        return Map.of(PngFile.PARAMETERS, line(text), PngFile.OAR, JSON.writeValueAsString(text));
    }

    /** Keys and texts in one line for people. */
    public static String line(Map<String, String> text) {
        return text.entrySet().stream()
                .map(entry -> entry.getKey() + ": " + entry.getValue())
                .collect(Collectors.joining(", "));
    }

    /** The keys and texts of a file. */
    private record Text(Map<String, String> values) {
        ImageOrigin origin() {
            Map<String, String> fingerprints = new LinkedHashMap<>();
            values.forEach((key, value) -> {
                if (key.startsWith(GenerationParameters.FINGERPRINT)) {
                    fingerprints.put(key.substring(GenerationParameters.FINGERPRINT.length()), value);
                }
            });
            Drawing drawing = new Drawing(
                    order(),
                    number("guidance-scale"),
                    word("guidance-schedule", GuidanceSchedule.class),
                    number("temperature"),
                    integer("top-k"),
                    number("top-p"),
                    given(GenerationParameters.GUIDANCE_POWER).map(Double::valueOf),
                    given(GenerationParameters.GUIDED_CELLS).map(Integer::valueOf),
                    values.containsKey(GenerationParameters.WEIGHT_FORMAT)
                            ? word(GenerationParameters.WEIGHT_FORMAT, WeightFormat.class)
                            : WeightFormat.FLOAT32);
            return new ImageOrigin(
                    new GenerationParameters(get("model"), get("arm"), fingerprints, drawing, integer("batch-size")),
                    get("class"),
                    Long.parseLong(get("seed")),
                    Long.parseLong(get("index")),
                    values.containsKey(GenerationParameters.ORDER_CELLS) ? cells() : List.of());
        }

        private DrawingOrder order() {
            String kind = get(GenerationParameters.ORDER);
            return switch (kind) {
                case "dynamic" ->
                    new DrawingOrder.Dynamic(
                            word("confidence", ConfidenceMeasure.class),
                            word("confidence-logits", ConfidenceLogits.class),
                            number("order-noise"),
                            given(GenerationParameters.ORDER_NOISE_UNIT).isPresent()
                                    ? word(GenerationParameters.ORDER_NOISE_UNIT, OrderNoiseUnit.class)
                                    : OrderNoiseUnit.LOGARITHM,
                            integer("cells-per-step"));
                case "recorded-mean" -> new DrawingOrder.RecordedMean(integer("steps"));
                case "raster" -> new DrawingOrder.Raster(integer("steps"));
                case "random" -> new DrawingOrder.UniformRandom(integer("steps"));
                case "rim" -> new DrawingOrder.Rim(integer("steps"));
                case "given" -> new DrawingOrder.Given(cells(), integer("steps"));
                default -> throw new IllegalArgumentException("there is no order '" + kind + "'");
            };
        }

        private List<Integer> cells() {
            return Arrays.stream(get(GenerationParameters.ORDER_CELLS).split(" ", -1))
                    .map(Integer::valueOf)
                    .toList();
        }

        private String get(String key) {
            String value = values.get(key);
            if (value == null) {
                throw new IllegalArgumentException("there is no '" + key + "'");
            }
            return value;
        }

        private Optional<String> given(String key) {
            return Optional.ofNullable(values.get(key));
        }

        private double number(String key) {
            return Double.parseDouble(get(key));
        }

        private int integer(String key) {
            return Integer.parseInt(get(key));
        }

        private <E extends Enum<E>> E word(String key, Class<E> type) {
            return Enum.valueOf(type, get(key).toUpperCase(Locale.ROOT).replace('-', '_'));
        }
    }
}
