package dev.oar.cli;

import dev.oar.artifact.Arm;
import dev.oar.config.ConfigException;
import dev.oar.config.KnownKinds;
import dev.oar.generate.AskedDrawing;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingOrder;
import dev.oar.generate.FormatChoice;
import dev.oar.model.TrainedOrders;
import dev.oar.tuning.WeightFormatSetting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * How images are drawn. An option is the key of a recipe's drawing, and takes what the key takes; what is left out has the key's
 * default, and what belongs to another kind of order or guidance schedule is refused where recipes are read.
 */
final class DrawingOptions {
    private static final String FROM_FILE = KnownKinds.name(DrawingOrder.FromFile.class);

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    @Option(
            names = "--order",
            paramLabel = "ORDER",
            description = {
                "In which order cells are filled. Default: in holes, and by an arm trained on extracted orders (specialised), dynamic; by any",
                "other arm random, which draws as near to real images and faster (docs/results/order-study.md); raster by a model",
                "that knows no other.",
                "dynamic: the most confident cell next, found by asking the model at every step;",
                "spaced: several confident cells at once that lie apart, in --steps steps;",
                "learned: the cell next that the model's order network says, without asking the model ('oar order-network');",
                "recorded-mean: by the mean rank in the class's recorded orders;",
                "raster: row by row; random: a fresh random order for every image;",
                "rim: from the rim of a hole inwards, or of a whole image from its border inwards;",
                "halton: spread evenly, by the Halton sequence; hilbert: along the Hilbert curve;",
                "spiral-in: clockwise from the top left corner to the middle; spiral-out: its reverse;",
                "checkerboard: every other cell, then those between them, at random within both;",
                "locality: close to what is filled, the cells of a step apart from each other (LPD), for --steps;",
                "FILE: one order for all images, from a text file: its cells, numbered row by row from 0, as they are filled;",
                "FOLDER: orders recorded by 'oar extract' (stages/extraction-.../train of a run):",
                "image I is drawn in order I modulo their number."
            })
    private @Nullable String givenOrder;

    @Option(
            names = "--confidence",
            paramLabel = "MEASURE",
            description = {
                "What a dynamic order ranks cells by (default: negative-entropy):",
                "max-probability, negative-entropy, margin, top-k-mass or sampled-probability."
            })
    private @Nullable String confidence;

    @Option(
            names = "--confidence-logits",
            paramLabel = "LOGITS",
            description = "Where a dynamic order reads confidence under guidance: conditional (default) or guided.")
    private @Nullable String confidenceLogits;

    @Option(
            names = "--fill-first",
            paramLabel = "CELLS",
            description =
                    "Which cells a dynamic or spaced order fills first: most-confident (default) or least-confident.")
    private @Nullable String fillFirst;

    @Option(
            names = "--calibration",
            paramLabel = "FILE",
            description = {
                "Ranks the cells of a dynamic or spaced order by how much surer the model is of them than it usually is of those cells:",
                "calibration.json of a run whose extraction was calibrated by the same confidence."
            })
    private @Nullable String calibration;

    @Option(
            names = "--order-noise",
            paramLabel = "G",
            description = {
                "Scale of the random noise on a dynamic order, by default annealed to 0 while the image is filled;",
                "0 is greedy and draws less varied images (default: 1 for whole images, 0 for holes)."
            })
    private @Nullable String orderNoise;

    @Option(
            names = "--order-noise-unit",
            paramLabel = "UNIT",
            description = {
                "What --order-noise counts: logarithm of the confidence (default), or spread: standard deviations of the",
                "logarithms of the open cells, which is as strong whatever the confidence measure and the model."
            })
    private @Nullable String orderNoiseUnit;

    @Option(
            names = "--order-noise-annealing",
            paramLabel = "ANNEALING",
            description = {
                "What becomes of the noise while cells are filled (default: linear):",
                "constant; linear: fades to 0; cosine: fades to 0, but is strong for longer."
            })
    private @Nullable String orderNoiseAnnealing;

    @Option(
            names = "--locality-weight",
            paramLabel = "W",
            description = {
                "Keeps a dynamic order near what is filled: weight of the distance to the nearest filled cell, in diagonals of the",
                "image, that is taken off the confidence (default: 0)."
            })
    private @Nullable String localityWeight;

    @Option(
            names = "--shortlist",
            paramLabel = "CELLS,STEPS",
            description = {
                "Faster dynamic orders, no longer exact: only the CELLS most confident cells are asked about again, and all of them",
                "every STEPS steps."
            })
    private @Nullable String shortlist;

    @Option(
            names = "--steps",
            paramLabel = "K",
            description = {
                "Steps to draw an image in; by default one cell a step. Fewer steps are faster and coarser.",
                "A dynamic order fills cells/K cells (rounded up) after each look at all of them;",
                "the other orders follow --step-schedule. The order spaced must be told how many."
            })
    private @Nullable Integer steps;

    @Option(
            names = "--step-schedule",
            paramLabel = "SCHEDULE",
            description = {
                "How the cells of a spaced order, or of one known beforehand, are spread over --steps (default: cosine):",
                "cosine: RandAR's, one cell at first; masked-cosine: MaskGIT's; masked-arccosine: ARPG's, nearly even."
            })
    private @Nullable String stepSchedule;

    @Option(
            names = "--spacing",
            paramLabel = "CELLS",
            description = {
                "No two cells that a spaced or locality order fills at once lie within so many rows and columns of each other, as long as",
                "there are others (default: 2)."
            })
    private @Nullable String spacing;

    @Option(
            names = "--guidance-scale",
            paramLabel = "G",
            description = "Classifier-free guidance: above 1 images are more typical of their class (default: 1, off).")
    private @Nullable String guidanceScale;

    @Option(
            names = "--guidance-schedule",
            paramLabel = "SCHEDULE",
            description = {
                "How the guidance scale changes while cells are filled (default: constant):",
                "constant; linear: growing from 1; linear-ahead: the same, but full at the last step (ARPG);",
                "power-cosine: growing from 1, late if --guidance-power is large (RAR);",
                "first-cells: full for the first --guided-cells cells, then off (LlamaGen)."
            })
    private @Nullable String guidanceSchedule;

    @Option(
            names = "--guidance-power",
            paramLabel = "P",
            description = "Power of --guidance-schedule power-cosine, 0 .. 100; RAR uses 1 to 3.")
    private @Nullable String guidancePower;

    @Option(
            names = "--guided-cells",
            paramLabel = "N",
            description = "How many cells --guidance-schedule first-cells guides.")
    private @Nullable String guidedCells;

    @Option(
            names = "--temperature",
            paramLabel = "T",
            description = "Below 1 likely tokens become likelier (default: 1).")
    private @Nullable String temperature;

    @Option(
            names = "--temperature-schedule",
            paramLabel = "SCHEDULE",
            description = {
                "How the temperature of a cell hangs on its tokens (default: constant):",
                "constant; entropy: T (2.5 exp(-H/3) + 0.6), where H is the entropy of its tokens in nats."
            })
    private @Nullable String temperatureSchedule;

    @Option(
            names = "--top-k",
            paramLabel = "K",
            description = "Draw from the K most probable tokens only (default: 0, all).")
    private @Nullable String topK;

    @Option(
            names = "--top-p",
            paramLabel = "P",
            description = "Draw from the most probable tokens that together have this probability (default: 1, all).")
    private @Nullable String topP;

    @Option(
            names = "--remasking",
            paramLabel = "SHARE,SWEEPS",
            description = {
                "Draws tokens anew at the end, with all others known: the SHARE of them, in (0, 1], that were least probable when",
                "they were drawn, SWEEPS times (default: none)."
            })
    private @Nullable String remasking;

    @Option(
            names = "--weight-format",
            paramLabel = "FORMAT",
            defaultValue = "auto",
            description = {
                "How the model's weights are kept while it draws (default: ${DEFAULT-VALUE}):",
                "auto (the fastest here of the next three; float32 where a model is measured), float32, float16, bfloat16,",
                "or int8, which also rounds what weights are multiplied with. Images of different formats differ a little."
            })
    private WeightFormatSetting weightFormat = WeightFormatSetting.AUTO;

    /**
     * What the options say.
     *
     * @param cells cells of one image
     * @param arm the transformer that draws, which decides the usual order
     * @param trained the orders that the model was trained for
     * @param formats decides in which format weights are kept
     * @throws ParameterException if they contradict each other or the model
     */
    Drawing drawing(int cells, Arm arm, TrainedOrders trained, FormatChoice formats) {
        return formats.settled(drawing(AskedDrawing.Usual.ofImages(cells, arm, trained)), weightFormat, cells);
    }

    /** What the options say of images on a larger grid, which are drawn in an order known beforehand; else as {@link #drawing}. */
    Drawing enlarged(int cells, TrainedOrders trained, FormatChoice formats) {
        return formats.settled(drawing(AskedDrawing.Usual.enlarged(cells, trained)), weightFormat, cells);
    }

    /** What the options say of filling holes, in which dynamic orders are greedy unless told otherwise; else as {@link #drawing}. */
    Drawing ofHoles(int cells, TrainedOrders trained, FormatChoice formats) {
        return formats.settled(drawing(AskedDrawing.Usual.ofHoles(cells, trained)), weightFormat, cells);
    }

    private Drawing drawing(AskedDrawing.Usual usual) {
        Map<String, String> texts = ofOrder();
        put(texts, "steps", steps == null ? null : steps.toString());
        put(texts, "confidence", confidence);
        put(texts, "confidence-logits", confidenceLogits);
        put(texts, "fill-first", fillFirst);
        put(texts, "calibration", calibration);
        put(texts, "order-noise", orderNoise);
        put(texts, "order-noise-unit", orderNoiseUnit);
        put(texts, "order-noise-annealing", orderNoiseAnnealing);
        put(texts, "locality-weight", localityWeight);
        put(texts, "shortlist", shortlist);
        put(texts, "step-schedule", stepSchedule);
        put(texts, "spacing", spacing);
        put(texts, "guidance-scale", guidanceScale);
        put(texts, "guidance-schedule", guidanceSchedule);
        put(texts, "guidance-power", guidancePower);
        put(texts, "guided-cells", guidedCells);
        put(texts, "temperature", temperature);
        put(texts, "temperature-schedule", temperatureSchedule);
        put(texts, "top-k", topK);
        put(texts, "top-p", topP);
        put(texts, "remasking", remasking);
        try {
            return AskedDrawing.read(texts, usual, key -> "--" + key);
        } catch (ConfigException e) {
            texts.putIfAbsent("order", usual.order());
            throw usage(inOptions(String.valueOf(e.getMessage()), texts.keySet()));
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    /** A sentence about keys as one about options. */
    private String inOptions(String sentence, Set<String> given) {
        Set<String> keys = new LinkedHashSet<>(given);
        if (spec != null) {
            spec.optionsMap().keySet().stream()
                    .filter(option -> option.startsWith("--"))
                    .map(option -> option.substring(2))
                    // Other options are words of plain sentences, too.
                    .filter(key -> key.contains("-"))
                    .forEach(keys::add);
        }
        String options = sentence.substring(sentence.indexOf(": ") + 2);
        for (String key : keys) {
            options = options.replaceAll("(?<![\\w-])'?" + key + "'?(?![\\w-])", "--" + key);
        }
        return options;
    }

    /** The order by the word of its kind, or else the file it stands in; nothing if none was asked for. */
    private Map<String, String> ofOrder() {
        Map<String, String> texts = new LinkedHashMap<>();
        if (givenOrder == null) {
            return texts;
        }
        if (AskedDrawing.orders().contains(givenOrder)) {
            texts.put("order", givenOrder);
            return texts;
        }
        if (!Files.exists(Path.of(givenOrder))) {
            throw usage("--order must be " + String.join(", ", AskedDrawing.orders())
                    + ", a file with an order or a folder of recorded orders, but '" + givenOrder
                    + "' is none of these words, and there is no such file or folder");
        }
        texts.put("order", FROM_FILE);
        texts.put("path", givenOrder);
        return texts;
    }

    private static void put(Map<String, String> texts, String key, @Nullable String text) {
        if (text != null) {
            texts.put(key, text);
        }
    }

    private ParameterException usage(String message) {
        if (spec == null) {
            throw new IllegalStateException("options are read by a command");
        }
        return new ParameterException(spec.commandLine(), message);
    }
}
