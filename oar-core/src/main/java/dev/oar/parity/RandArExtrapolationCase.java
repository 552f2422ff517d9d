package dev.oar.parity;

import dev.oar.decode.ClassifierFreeGuidance;
import dev.oar.decode.ExtrapolationRequest;
import dev.oar.decode.GuidanceScale;
import dev.oar.decode.ResolutionExtrapolation;
import dev.oar.decode.SamplingFilter;
import dev.oar.decode.SpatialGuidance;
import dev.oar.file.CorruptFileException;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.order.DecodingSchedule;
import dev.oar.order.EnlargedGrid;
import dev.oar.order.GenerationOrder;
import dev.oar.tensor.Tensors;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * RandAR's resolution extrapolation: mixed rotary tables, drawing on the native grid, then on the enlarged one. The reference stops
 * before its last step; what it decoded is compared, and how much it left.
 */
final class RandArExtrapolationCase implements GoldenCase {
    private static final String GOLDEN = "golden";
    private static final String TABLE = "freqs_cis_ntk";

    /**
     * One stored generation.
     *
     * @param steps 0 = one cell a step
     * @param left how many cells the reference leaves out, -1 if that is not stored
     */
    private record Generation(String name, int steps, GuidanceScale classScale, GuidanceScale spatialScale, int left) {
        static Generation of(Settings settings) throws CorruptFileException {
            settings.remarks("min_margin");
            ClassifierFreeGuidance byClass = RandArModels.guidance(settings, "cfg_scales");
            ClassifierFreeGuidance bySpace = RandArModels.guidance(settings, "spatial_cfg_scales");
            // The reference looks at the last scale of the class first, and without it guides by nothing.
            return new Generation(
                    settings.text("name"),
                    Math.max(0, settings.optionalInteger("num_inference_steps").orElse(-1)),
                    byClass.scale(),
                    byClass.active() ? bySpace.scale() : ClassifierFreeGuidance.OFF.scale(),
                    settings.optionalInteger("tokens_left_undecoded").orElse(-1));
        }

        /** The schedule of the cells behind those that are filled already. */
        DecodingSchedule schedule(int filled, int cells) {
            return steps == 0
                    ? DecodingSchedule.sequential(cells - filled)
                    : DecodingSchedule.cosineBehind(filled, cells, steps);
        }
    }

    @Override
    public void compare(GoldenRun run) throws IOException {
        GoldenFolder folder = run.folder();
        Settings settings = folder.settings();
        double factor = settings.number("extrapolation_factor");
        if (factor != Math.rint(factor)) {
            throw settings.refused("extrapolation_factor", "a whole number");
        }
        try (AnyOrderTransformer model = RandArModels.open(folder)) {
            tables(run, model, (int) factor);
            try (ResolutionExtrapolation extrapolation =
                    new ResolutionExtrapolation(model, (int) factor, settings.integer("ntk_boundary"))) {
                for (Settings generation : settings.parts("generate")) {
                    generate(run, model, extrapolation, Generation.of(generation));
                }
            }
        }
    }

    private static void tables(GoldenRun run, AnyOrderTransformer model, int factor) throws IOException {
        for (String name : run.names(GOLDEN)) {
            if (name.startsWith(TABLE)) {
                int boundary = Integer.parseInt(name.substring(TABLE.length()));
                try (AnyOrderTransformer enlarged = model.enlarged(factor, boundary)) {
                    run.close(GOLDEN, name, torch.view_as_real(enlarged.rotations()));
                }
            }
        }
    }

    private static void generate(
            GoldenRun run, AnyOrderTransformer model, ResolutionExtrapolation extrapolation, Generation generation)
            throws IOException {
        EnlargedGrid grid = extrapolation.grid();
        int[] conditions = run.integers(GOLDEN, generation.name() + "_cond");
        List<GenerationOrder> orders = Arrays.stream(run.rows(GOLDEN, generation.name() + "_token_order"))
                .map(GenerationOrder::of)
                .toList();
        int coarseCells = grid.coarse().cells();
        GreedyDecoding coarse = GreedyDecoding.of(
                model,
                conditions,
                orders.stream().map(order -> grid.coarseOrder(order).toArray()).toArray(int[][]::new),
                generation.schedule(0, coarseCells),
                new ClassifierFreeGuidance(generation.classScale()));
        closeToBeginning(run, generation.name() + "_low_res_logits", coarse.logits());

        SpatialGuidance guidance = new SpatialGuidance(
                generation.classScale(),
                generation.spatialScale(),
                run.folder().settings().number("spatial_masking_ratio"));
        GreedyDecoding.StepLogits steps = new GreedyDecoding.StepLogits();
        int[][] tokens = extrapolation
                .refine(
                        new ExtrapolationRequest(
                                conditions,
                                new long[conditions.length],
                                0,
                                orders,
                                generation.steps(),
                                SamplingFilter.GREEDY,
                                guidance),
                        coarse.tokens(),
                        masked(run, generation.name(), grid, orders, guidance.branches(0) == 3),
                        steps)
                .tokens();
        closeToBeginning(run, generation.name() + "_logits", steps.all());
        compareDecodedTokens(run, generation, orders, coarseCells, tokens);
    }

    /** Compares the tokens of all steps but the last, which the reference leaves out. */
    private static void compareDecodedTokens(
            GoldenRun run, Generation generation, List<GenerationOrder> orders, int coarseCells, int[][] tokens)
            throws IOException {
        int[] schedule = generation.schedule(coarseCells, tokens[0].length).cellsPerStep();
        int left = schedule[schedule.length - 1];
        if (generation.left() >= 0) {
            run.absolute(GOLDEN + "/" + generation.name() + " cells left out", left, generation.left(), 0);
        }
        int decoded = tokens[0].length - left;
        Tensor cells = Tensors.of(orders.stream()
                .map(order -> Arrays.copyOf(order.toArray(), decoded))
                .toArray(int[][]::new));
        Tensor reference = run.input(GOLDEN, generation.name() + "_tokens");
        run.exact(
                GOLDEN, generation.name() + "_tokens", Tensors.of(tokens).gather(1, cells), reference.gather(1, cells));
    }

    /** Compares the first steps, as many as are stored. */
    private static void closeToBeginning(GoldenRun run, String name, Tensor logits) throws IOException {
        Tensor reference = run.input(GOLDEN, name);
        long stored = Math.min(reference.size(1), logits.size(1));
        run.close(
                GOLDEN,
                name,
                logits.narrow(1, 0, stored),
                reference,
                run.folder().tolerance("float_relative"));
    }

    /** The stored mask is in decoding order and 1 for what is seen; here it is in raster order and true for what is not. */
    private static boolean[][] masked(
            GoldenRun run, String name, EnlargedGrid grid, List<GenerationOrder> orders, boolean needed)
            throws IOException {
        boolean[][] masked = new boolean[orders.size()][grid.coarse().cells()];
        if (needed) {
            double[] kept = Tensors.doubles(run.input(GOLDEN, name + "_keep_mask"));
            int cells = grid.coarse().cells();
            for (int row = 0; row < masked.length; row++) {
                GenerationOrder order = grid.coarseOrder(orders.get(row));
                for (int i = 0; i < cells; i++) {
                    masked[row][order.cellAt(i)] = kept[row * cells + i] == 0;
                }
            }
        }
        return masked;
    }
}
