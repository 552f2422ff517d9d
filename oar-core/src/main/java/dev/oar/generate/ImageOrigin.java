package dev.oar.generate;

import dev.oar.config.ConfigException;
import dev.oar.config.KnownKinds;
import dev.oar.config.RecordTexts;
import dev.oar.config.Spelling;
import dev.oar.file.CorruptFileException;
import dev.oar.image.PngFile;
import dev.oar.tensor.WeightFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
 *   <li>{@code class}, or {@code caption} and possibly {@code negative-caption}, {@code seed}, {@code index}, {@code model}, {@code arm}, {@code batch-size}
 *   <li>{@code order}: the kind of a {@link DrawingOrder}, and its keys as in a recipe; an order from a file is {@code given}
 *   <li>of dynamic orders {@code confidence}, {@code confidence-logits}, {@code order-noise}, {@code cells-per-step}, and, unless they
 *       are the defaults, {@code order-noise-unit}, {@code order-noise-annealing}, {@code locality-weight}, {@code fill-first},
 *       {@code shortlist} and {@code calibration}, a file; of all others {@code steps} (0 = one cell a step) and, unless it is {@code cosine}, {@code step-schedule}; of spaced orders both of these and {@code spacing}, but
 *       no {@code cells-per-step} and {@code shortlist}
 *   <li>of recorded-mean and given orders {@code order-cells}: the cells as they were filled, with spaces between, which is what an
 *       order file holds
 *   <li>{@code guidance-scale}, {@code guidance-schedule}, {@code temperature}, {@code top-k}, {@code top-p} and, unless it is constant,
 *       {@code temperature-schedule}
 *   <li>of power-cosine guidance {@code guidance-power}, of first-cells guidance {@code guided-cells}
 *   <li>where tokens were drawn anew at the end {@code remasking}: {@code share} and {@code sweeps} with their numbers
 *   <li>{@code weight-format}; images without it were drawn with weights in float32
 *   <li>{@code sha256 FILE} for every file of the model that was used
 * </ul>
 *
 * @param parameters what it shares with the images drawn beside it; an order from a file is a given one here
 * @param subject what it was asked to show
 * @param seed the seed
 * @param index its index
 * @param cells the cells as they were filled, if the order came from a file; else empty
 */
public record ImageOrigin(
        GenerationParameters parameters, Subject subject, long seed, long index, List<Integer> cells) {
    /** The key that edited images have, and no other. */
    public static final String EDIT = "edit";

    private static final String GIVEN = KnownKinds.name(DrawingOrder.Given.class);

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
        String name = png.toString();
        Map<String, String> texts = texts(name, PngFile.text(png));
        try {
            if (texts.containsKey(EDIT)) {
                throw new IllegalArgumentException("it was edited from another image");
            }
            return of(texts);
        } catch (IllegalArgumentException | ConfigException e) {
            throw unreadable(name, e);
        }
    }

    /**
     * The keys and texts that a drawn or edited image tells.
     *
     * @param name what to call the file in errors
     * @param chunks the text chunks of a PNG file
     * @throws CorruptFileException if it tells none
     */
    public static Map<String, String> texts(String name, Map<String, String> chunks) throws CorruptFileException {
        String json = chunks.get(PngFile.OAR);
        if (json == null) {
            throw new CorruptFileException("a drawn image tells its making in a text chunk named " + PngFile.OAR
                    + ", but " + name + " has none; name an image that `oar generate` has written");
        }
        try {
            Map<String, String> values = JSON.readValue(json, new TypeReference<Map<String, String>>() {});
            if (values == null) {
                throw new IllegalArgumentException("it holds null");
            }
            values.values().removeIf(Objects::isNull);
            return values;
        } catch (JacksonException | IllegalArgumentException e) {
            throw unreadable(name, e);
        }
    }

    private static CorruptFileException unreadable(String name, RuntimeException e) {
        String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        return new CorruptFileException(
                "the text " + PngFile.OAR + " of " + name + " must tell how the image was drawn, but does not ("
                        + reason + "); take the file as `oar generate` has written it",
                e);
    }

    /**
     * Asks for the image again. An order that came from a file is given cell by cell, so that the file is not needed.
     *
     * @param condition the place of the class in the model, or of the caption among those it is given
     */
    public GenerationRequest request(int condition) {
        Drawing drawing = parameters.drawing();
        if (!cells.isEmpty()) {
            drawing = drawing.withOrder(drawing.order().again(cells));
        }
        return new GenerationRequest(index, new int[] {condition}, seed, parameters.batchSize(), drawing);
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

    private static ImageOrigin of(Map<String, String> texts) {
        Map<String, String> left = new LinkedHashMap<>(texts);
        Map<String, String> fingerprints = new LinkedHashMap<>();
        texts.forEach((key, value) -> {
            if (key.startsWith(GenerationParameters.FINGERPRINT)) {
                fingerprints.put(key.substring(GenerationParameters.FINGERPRINT.length()), value);
                left.remove(key);
            }
        });
        String model = taken(left, "model");
        String arm = taken(left, "arm");
        Subject subject = Subject.taken(left);
        long seed = Long.parseLong(taken(left, "seed"));
        long index = Long.parseLong(taken(left, "index"));
        int batchSize = Integer.parseInt(taken(left, "batch-size"));
        List<Integer> cells = cells(left);
        return new ImageOrigin(
                new GenerationParameters(model, arm, fingerprints, drawing(left), batchSize),
                subject,
                seed,
                index,
                cells);
    }

    /** The cells as they were filled; those of a given order are its own and stay among its texts. */
    private static List<Integer> cells(Map<String, String> texts) {
        String cells = texts.get(GenerationParameters.ORDER_CELLS);
        if (cells == null) {
            return List.of();
        }
        if (!GIVEN.equals(texts.get("order"))) {
            texts.remove(GenerationParameters.ORDER_CELLS);
        }
        return Arrays.stream(cells.split(" ", -1)).map(Integer::valueOf).toList();
    }

    private static Drawing drawing(Map<String, String> texts) {
        // Images drawn before there were formats had weights in float32.
        texts.putIfAbsent("weight-format", Spelling.word(WeightFormat.FLOAT32));
        Drawing drawing = RecordTexts.read("its text", texts, Drawing.class);
        // What is always told must be there: a default is none of what the image was drawn with.
        RecordTexts.write(drawing).keySet().forEach(key -> get(texts, key));
        return drawing;
    }

    private static String taken(Map<String, String> texts, String key) {
        String text = get(texts, key);
        texts.remove(key);
        return text;
    }

    private static String get(Map<String, String> texts, String key) {
        String text = texts.get(key);
        if (text == null) {
            throw new IllegalArgumentException("there is no '" + key + "'");
        }
        return text;
    }
}
