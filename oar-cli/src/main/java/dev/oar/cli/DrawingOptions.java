package dev.oar.cli;

import dev.oar.decode.ConfidenceMeasure;
import dev.oar.decode.OrderPolicy.ConfidenceLogits;
import dev.oar.generate.Drawing;
import dev.oar.generate.Drawing.GuidanceSchedule;
import dev.oar.generate.DrawingOrder;
import dev.oar.generate.DrawingOrder.Dynamic.OrderNoiseUnit;
import dev.oar.model.TrainedOrders;
import dev.oar.tuning.WeightFormatSetting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How images are drawn; the words and defaults are those of a recipe's drawing. */
final class DrawingOptions {
    private static final ConfidenceMeasure CONFIDENCE = ConfidenceMeasure.NEGATIVE_ENTROPY;
    private static final double ORDER_NOISE = 1;
    private static final String DYNAMIC = "dynamic";
    private static final String RASTER = "raster";
    private static final String GUIDANCE_POWER = "--guidance-power";
    private static final String GUIDED_CELLS = "--guided-cells";

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    @Option(
            names = "--order",
            paramLabel = "ORDER",
            description = {
                "In which order cells are filled (default: dynamic, or raster for a model that knows no other):",
                "dynamic: the most confident cell next, found by asking the model at every step;",
                "recorded-mean: by the mean rank in the class's recorded orders;",
                "raster: row by row; random: a fresh random order for every image;",
                "rim: from the rim of a hole inwards, or of a whole image from its border inwards;",
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
    private @Nullable ConfidenceMeasure confidence;

    @Option(
            names = "--confidence-logits",
            paramLabel = "LOGITS",
            description = "Where a dynamic order reads confidence under guidance: conditional (default) or guided.")
    private @Nullable ConfidenceLogits confidenceLogits;

    @Option(
            names = "--order-noise",
            paramLabel = "G",
            description = {
                "Scale of the random noise on a dynamic order, annealed to 0 while the image is filled;",
                "0 is greedy and draws less varied images (default: 1 for whole images, 0 for holes)."
            })
    private @Nullable Double orderNoise;

    @Option(
            names = "--order-noise-unit",
            paramLabel = "UNIT",
            description = {
                "What --order-noise counts: logarithm of the confidence (default), or spread: standard deviations of the",
                "logarithms of the open cells, which is as strong whatever the confidence measure and the model."
            })
    private @Nullable OrderNoiseUnit orderNoiseUnit;

    @Option(
            names = "--steps",
            paramLabel = "K",
            description = {
                "Steps to draw an image in; by default one cell a step. Fewer steps are faster and coarser.",
                "A dynamic order fills cells/K cells (rounded up) after each look at all of them;",
                "the other orders follow a cosine schedule of K steps."
            })
    private @Nullable Integer steps;

    @Option(
            names = "--guidance-scale",
            paramLabel = "G",
            defaultValue = "1",
            description = "Classifier-free guidance: above 1 images are more typical of their class (default: 1, off).")
    private double guidanceScale = 1;

    @Option(
            names = "--guidance-schedule",
            paramLabel = "SCHEDULE",
            defaultValue = "constant",
            description = {
                "How the guidance scale changes while cells are filled (default: ${DEFAULT-VALUE}):",
                "constant; linear: growing from 1; linear-ahead: the same, but full at the last step (ARPG);",
                "power-cosine: growing from 1, late if --guidance-power is large (RAR);",
                "first-cells: full for the first --guided-cells cells, then off (LlamaGen)."
            })
    private GuidanceSchedule guidanceSchedule = GuidanceSchedule.CONSTANT;

    @Option(
            names = GUIDANCE_POWER,
            paramLabel = "P",
            description = "Power of --guidance-schedule power-cosine, 0 .. 100; RAR uses 1 to 3.")
    private @Nullable Double guidancePower;

    @Option(
            names = GUIDED_CELLS,
            paramLabel = "N",
            description = "How many cells --guidance-schedule first-cells guides.")
    private @Nullable Integer guidedCells;

    @Option(
            names = "--temperature",
            paramLabel = "T",
            defaultValue = "1",
            description = "Below 1 likely tokens become likelier (default: ${DEFAULT-VALUE}).")
    private double temperature = 1;

    @Option(
            names = "--top-k",
            paramLabel = "K",
            defaultValue = "0",
            description = "Draw from the K most probable tokens only (default: 0, all).")
    private int topK;

    @Option(
            names = "--top-p",
            paramLabel = "P",
            defaultValue = "1",
            description = "Draw from the most probable tokens that together have this probability (default: 1, all).")
    private double topP = 1;

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
     * @param trained the orders that the model was trained for
     * @param formats decides in which format weights are kept
     * @throws ParameterException if they contradict each other or the model
     */
    Drawing drawing(int cells, TrainedOrders trained, FormatChoice formats) {
        return formats.settled(drawing(cells, trained, ORDER_NOISE), weightFormat, cells);
    }

    /** What the options say of filling holes, in which dynamic orders are greedy unless told otherwise; else as {@link #drawing}. */
    Drawing ofHoles(int cells, TrainedOrders trained, FormatChoice formats) {
        return formats.settled(drawing(cells, trained, 0), weightFormat, cells);
    }

    private Drawing drawing(int cells, TrainedOrders trained, double usualNoise) {
        String usual = trained == TrainedOrders.RASTER ? RASTER : DYNAMIC;
        String order = givenOrder == null ? usual : givenOrder;
        if (trained == TrainedOrders.RASTER && (!order.equals(RASTER) || steps != null)) {
            throw usage(
                    "this model was trained for raster order only and draws one cell a step, but was asked for --order "
                            + order + (steps == null ? "" : " in " + steps + " steps")
                            + "; leave --order and --steps out, or choose"
                            + " an any-order model");
        }
        requireBelonging(GUIDANCE_POWER, guidancePower != null, GuidanceSchedule.POWER_COSINE);
        requireBelonging(GUIDED_CELLS, guidedCells != null, GuidanceSchedule.FIRST_CELLS);
        return new Drawing(
                drawingOrder(order, cells, usualNoise),
                guidanceScale,
                guidanceSchedule,
                temperature,
                topK,
                topP,
                Optional.ofNullable(guidancePower),
                Optional.ofNullable(guidedCells));
    }

    private void requireBelonging(String option, boolean given, GuidanceSchedule owner) {
        if (given != (guidanceSchedule == owner)) {
            String word = KebabCase.word(owner);
            throw usage(option + " belongs to --guidance-schedule " + word + ", but was " + (given ? "" : "not ")
                    + "given with --guidance-schedule " + KebabCase.word(guidanceSchedule) + "; "
                    + (given ? "leave it out or choose " + word : "add it"));
        }
    }

    private DrawingOrder drawingOrder(String order, int cells, double usualNoise) {
        if (steps != null && (steps < 1 || steps > cells)) {
            throw usage("--steps must lie in 1 .. " + cells + ", the cells of an image, but is " + steps);
        }
        if (order.equals(DYNAMIC)) {
            return new DrawingOrder.Dynamic(
                    confidence == null ? CONFIDENCE : confidence,
                    confidenceLogits == null ? ConfidenceLogits.CONDITIONAL : confidenceLogits,
                    orderNoise == null ? usualNoise : orderNoise,
                    orderNoiseUnit == null ? OrderNoiseUnit.LOGARITHM : orderNoiseUnit,
                    steps == null ? 1 : (cells + steps - 1) / steps);
        }
        if (confidence != null || confidenceLogits != null || orderNoise != null || orderNoiseUnit != null) {
            throw usage(
                    "--confidence, --confidence-logits, --order-noise and --order-noise-unit belong to a dynamic order,"
                            + " but --order is " + order + "; leave them out or choose --order dynamic");
        }
        int scheduled = steps == null ? 0 : steps;
        return switch (order) {
            case "recorded-mean" -> new DrawingOrder.RecordedMean(scheduled);
            case RASTER -> new DrawingOrder.Raster(scheduled);
            case "random" -> new DrawingOrder.UniformRandom(scheduled);
            case "rim" -> new DrawingOrder.Rim(scheduled);
            default -> fromFile(order, scheduled);
        };
    }

    private DrawingOrder fromFile(String order, int scheduled) {
        if (!Files.exists(Path.of(order))) {
            throw usage(
                    "--order must be dynamic, recorded-mean, raster, random, rim, a file with an order or a folder of"
                            + " recorded orders, but '" + order
                            + "' is none of these words, and there is no such file or"
                            + " folder");
        }
        return new DrawingOrder.FromFile(order, scheduled);
    }

    private ParameterException usage(String message) {
        if (spec == null) {
            throw new IllegalStateException("options are read by a command");
        }
        return new ParameterException(spec.commandLine(), message);
    }
}
