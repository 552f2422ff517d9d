package dev.oar.benchmark;

import dev.oar.artifact.ModelFolder;
import dev.oar.artifact.PublicModel;
import dev.oar.config.Require;
import dev.oar.model.TokenSpace;
import dev.oar.model.TransformerConfig;
import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.Device;
import dev.oar.tensor.Precision;
import dev.oar.tokenizer.VqTokenizerConfig;
import dev.oar.tuning.MachineProfiles;
import dev.oar.tuning.TrainingWork;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The rows of {@code oar bench}: RandAR-L's sizes with random weights by sampled steps, a trained model as a whole, the tokenizers,
 * training, the Inception network, a text encoder, and the start of the command.
 */
public final class BenchmarkPlan {
    private static final Repetitions REPETITIONS = new Repetitions(5, 60);
    private static final int EXTRACTION_BATCH = 32;
    private static final int LARGE_EXTRACTION_BATCH = 4;
    private static final int LITERAL_POSITIONS = 1024;
    private static final int TRAINING_STEPS = 5;
    private static final int PARALLEL_STEPS = 88;
    private static final int TURNS = 3;
    private static final int PART_TURNS = 20;

    private final ModelFolder bundled;
    private final BundledShape bundledShape;
    private final boolean full;

    private BenchmarkPlan(ModelFolder bundled, boolean full) {
        this.bundled = bundled;
        this.bundledShape = BundledShape.of(bundled);
        this.full = full;
    }

    /**
     * The rows.
     *
     * @param bundled a trained model
     * @param device what they will be measured on; rows of weights that are for the CPU alone are left out elsewhere
     * @param full whether all batch sizes and numbers of steps are measured, each as a whole
     * @param drawOneImage the command that draws one image into a folder
     * @throws IllegalArgumentException if the trained model is of an architecture whose cost is not known
     */
    public static List<RowGroup> usual(
            ModelFolder bundled, Device device, boolean full, Optional<Function<Path, List<String>>> drawOneImage) {
        BenchmarkPlan plan = new BenchmarkPlan(bundled, full);
        List<RowGroup> groups = new ArrayList<>();
        drawOneImage.ifPresent(
                command -> groups.add(new StartRows(command, REPETITIONS, Optional.of(Target.atMost(2.5)))));
        plan.addDecoding(groups, device);
        plan.addExtraction(groups);
        groups.add(new DrawingRows(bundled, 16, REPETITIONS));
        groups.add(new GuidedDrawingRows(bundled, 16, TURNS, Target.atLeast(1.5)));
        groups.add(new RepaintingRows(bundled, 1));
        groups.add(new RepaintingRows(bundled, 16));
        plan.addTraining(groups);
        if (device.isHost()) {
            groups.add(new DistributedRows(
                    training(Formulation.POSITION_INSTRUCTION),
                    8,
                    TRAINING_STEPS,
                    new DistributedRows.Targets(Optional.of(Target.atLeast(1.6)), Optional.of(Target.atLeast(0.7)))));
        }
        groups.add(new TokenizerRows("vq16-256", VqTokenizerConfig.vq16(256, true), 1, REPETITIONS));
        groups.add(new TokenizerRows(
                plan.bundledShape.transformer().label(), plan.bundledShape.tokenizer(), 16, REPETITIONS));
        groups.add(new InceptionRows(32, 256, 32, REPETITIONS));
        int encoderLayers = full ? 24 : 2;
        groups.add(new TextEncoderRows(
                "flan-t5-xl-sizes-" + encoderLayers + "-layers",
                TextEncoderRows.flanT5Xl(encoderLayers),
                16,
                32,
                REPETITIONS,
                Target.share(0.6)));
        for (Photographs photographs : List.of(new Photographs(500, 375, 64), new Photographs(2000, 1500, 4))) {
            groups.add(new InputRows(
                    photographs, plan.bundledShape.tokenizer(), 16, 5 * TRAINING_STEPS, Target.atMost(5)));
        }
        if (MemoryProcess.measurable() && device.isHost()) {
            groups.add(new MemoryRows(large1024(), EXTRACTION_BATCH, Target.atMost(2048)));
        }
        return groups;
    }

    /**
     * The rows of a long run that draws and extracts by turns.
     *
     * @param minutes how long, at least 1; the first sixth is compared with the last, at most five minutes each
     */
    public static List<RowGroup> endurance(ModelFolder model, int minutes) {
        Require.that(
                minutes >= 1, "an endurance run takes at least 1 minute, but was to take %s; 30 is usual", minutes);
        return List.of(new EnduranceRows(
                model, new EnduranceRows.Sizes(16, 64), 60.0 * minutes, Math.min(300, 10.0 * minutes)));
    }

    /**
     * Rows beside the same work in PyTorch.
     *
     * @param command runs oar-benchmarks' script with a Python that has PyTorch
     */
    public static List<RowGroup> beside(List<String> command) {
        ModelShape large = large();
        List<Precision> precisions = new ArrayList<>(List.of(Precision.FLOAT32));
        if (MachineProfiles.of(Device.CPU).fastest(TrainingWork.LINEAR_LAYERS) == Precision.BFLOAT16) {
            precisions.add(Precision.BFLOAT16);
        }
        return List.of(new PyTorchRows(
                command,
                new PyTorchRows.Sizes(
                        large,
                        List.of(large.space().cells(), PARALLEL_STEPS),
                        training(Formulation.POSITION_INSTRUCTION),
                        16,
                        TURNS),
                precisions,
                new PyTorchRows.Targets(Target.atLeast(2.5), Target.atLeast(1.3))));
    }

    /** RandAR-L: 343 million parameters, 256 cells. */
    static ModelShape large() {
        PublicModel published = PublicModel.named("randar-l");
        if (published.transformer() instanceof TransformerConfig config) {
            return new ModelShape("343m", config, published.space());
        }
        throw new IllegalStateException("randar-l is no any-order transformer");
    }

    private void addDecoding(List<RowGroup> groups, Device device) {
        ModelShape large = large();
        for (WeightType type : WeightType.measurable(device)) {
            boolean float32 = type == WeightType.FLOAT32;
            List<DecodeRows.Case> cases = new ArrayList<>();
            cases.add(decode(1, PARALLEL_STEPS, Optional.empty()));
            cases.add(decode(1, large.space().cells(), float32 ? Optional.of(Target.share(0.65)) : Optional.empty()));
            cases.add(decode(4, PARALLEL_STEPS, Optional.empty()));
            cases.add(decode(16, PARALLEL_STEPS, float32 ? Optional.of(Target.share(0.7)) : Optional.empty()));
            if (full) {
                cases.add(decode(4, large.space().cells(), Optional.empty()));
                cases.add(decode(16, large.space().cells(), Optional.empty()));
            }
            groups.add(new DecodeRows(large, type, cases, REPETITIONS));
        }
        List<WeightType> narrow = new ArrayList<>(WeightType.measurable(device));
        narrow.remove(WeightType.FLOAT32);
        groups.add(new NarrowDecodeRows(large, narrow, TURNS, Target.atLeast(1.8)));
        groups.add(new StepPartsRows(large, PART_TURNS));
    }

    private DecodeRows.Case decode(int batch, int steps, Optional<Target> target) {
        Optional<SampledSteps> sampled =
                full ? Optional.empty() : Optional.of(batch == 1 ? new SampledSteps(8, 5) : new SampledSteps(4, 3));
        return new DecodeRows.Case(batch, steps, sampled, target);
    }

    private void addExtraction(List<RowGroup> groups) {
        // Extraction by the letter of the paper would take hours, so that steps are sampled even in full.
        groups.add(new ExtractionRows(
                large(),
                new ExtractionRows.Settings(
                        LARGE_EXTRACTION_BATCH,
                        LITERAL_POSITIONS,
                        Optional.of(new SampledSteps(4, full ? 5 : 3)),
                        REPETITIONS,
                        Optional.of(Target.share(0.65)),
                        Optional.of(Target.atLeast(100)))));
        groups.add(new BundledExtractionRows(
                bundled,
                EXTRACTION_BATCH,
                List.of(
                        BundledExtractionRows.Variant.cells(2),
                        BundledExtractionRows.Variant.cells(8),
                        BundledExtractionRows.Variant.shortlist(16, 4),
                        BundledExtractionRows.Variant.shortlist(8, 4),
                        BundledExtractionRows.Variant.shortlist(8, 8),
                        BundledExtractionRows.Variant.shortlist(4, 8),
                        BundledExtractionRows.Variant.shortlist(16, 16)),
                REPETITIONS,
                new BundledExtractionRows.Targets(Optional.of(Target.share(0.65)), Optional.of(Target.atLeast(5)))));
        groups.add(literal(Formulation.POSITION_INSTRUCTION, Optional.of(Target.atLeast(35))));
        if (full) {
            groups.add(literal(Formulation.DUAL_POSITION, Optional.empty()));
        }
    }

    /** Extraction with the trained model's sizes in a formulation of choice, by the letter of the paper and exact. */
    private ExtractionRows literal(Formulation formulation, Optional<Target> speedUp) {
        ModelShape shape = bundledShape.transformer().in(formulation);
        return new ExtractionRows(
                shape.named(shape.label() + "-sizes/" + shape.formulation()),
                new ExtractionRows.Settings(
                        EXTRACTION_BATCH,
                        LITERAL_POSITIONS,
                        Optional.empty(),
                        new Repetitions(5, 40),
                        Optional.empty(),
                        speedUp));
    }

    /** The grid and codebook of images of 512 x 512 pixels, in a network that takes hardly any memory itself. */
    private static ModelShape large1024() {
        return new ModelShape(
                "1024-cells-16384-codes",
                TransformerConfig.of(Formulation.DUAL_POSITION, 64, 1, 2),
                new TokenSpace(TokenGrid.square(32), 16384, 10));
    }

    private static ModelShape training(Formulation formulation) {
        return new ModelShape(
                "12x384",
                TransformerConfig.of(formulation, 384, 12, 6),
                new TokenSpace(TokenGrid.square(16), 1024, 10));
    }

    private void addTraining(List<RowGroup> groups) {
        TrainingRows.Targets targets =
                new TrainingRows.Targets(Optional.of(Target.share(0.6)), Optional.of(Target.atLeast(1.5)));
        ModelShape small = bundledShape.transformer();
        for (Formulation formulation : Formulation.values()) {
            groups.add(new TrainingRows(training(formulation), 16, TRAINING_STEPS, targets));
        }
        for (Formulation formulation : Formulation.values()) {
            groups.add(new TrainingRows(small.in(formulation), 32, 4 * TRAINING_STEPS, targets));
        }
    }
}
