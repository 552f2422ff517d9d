package dev.oar.parity;

import dev.oar.decode.ClassifierFreeGuidance;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.order.DecodingSchedule;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import java.io.IOException;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** RandAR: rotary table, hidden states, logits, loss, all gradients, forced decoding, greedy generation. */
final class RandArCase implements GoldenCase {
    private static final String FORWARD = "forward";
    private static final String GRADIENTS = "gradients";
    private static final String FORCED = "decode_forced";
    private static final String GENERATE = "generate";
    private static final String LOGITS = "_logits";
    private static final String PER_STEP = "_tokens_per_step";

    @Override
    public void compare(GoldenRun run) throws IOException {
        try (AnyOrderTransformer model = RandArModels.open(run.folder())) {
            run.close("freqs_cis", "freqs_cis", torch.view_as_real(model.rotations()));
            forward(run, model);
            forced(run, model);
            for (Settings generation : run.folder().settings().parts("generate")) {
                try (TensorScope ignored = TensorScope.open()) {
                    generate(run, model, generation);
                }
            }
        }
    }

    private static void forward(GoldenRun run, AnyOrderTransformer model) throws IOException {
        Tensor tokens = run.input(FORWARD, "idx");
        Tensor conditions = run.input(FORWARD, "cond");
        Tensor orders = run.input(FORWARD, "token_order");
        run.close(FORWARD, "position_instruction_tokens", model.positionInstructionTokens(orders));
        for (Map.Entry<String, Tensor> state :
                model.hiddenStates(tokens, conditions, orders).entrySet()) {
            if (run.names(FORWARD).contains(state.getKey())) {
                run.close(FORWARD, state.getKey(), state.getValue());
            }
        }
        Tensor raster = Tensors.range(0, orders.size(1)).expand(orders.shape());
        Tensor rasterLogits = model.logits(tokens, conditions, raster, false);
        run.close(FORWARD, "raster_logits", rasterLogits);
        run.close(FORWARD, "raster_loss", loss(rasterLogits, tokens, raster));
        model.weights().requireGradient(true);
        Tensor logits = model.logits(tokens, conditions, orders, false);
        run.close(FORWARD, "logits", logits);
        Tensor loss = loss(logits, tokens, orders);
        run.close(FORWARD, "loss", loss);
        loss.backward();
        for (String name : run.names(GRADIENTS)) {
            run.gradient(GRADIENTS, name, model.weights().get(name).grad());
        }
        model.weights().requireGradient(false);
    }

    /** Mean cross-entropy over all cells: {@code [1]}. */
    static Tensor loss(Tensor logits, Tensor tokens, Tensor orders) {
        return torch.cross_entropy(
                        logits.flatten(0, 1), tokens.gather(1, orders).flatten())
                .view(1);
    }

    private static void forced(GoldenRun run, AnyOrderTransformer model) throws IOException {
        int[][] orders = run.rows(FORCED, "token_order");
        int[][] inOrder = run.rows(FORCED, "tokens_in_order");
        int[][] tokens = new int[orders.length][];
        for (int row = 0; row < orders.length; row++) {
            tokens[row] = new int[orders[row].length];
            for (int i = 0; i < orders[row].length; i++) {
                tokens[row][orders[row][i]] = inOrder[row][i];
            }
        }
        int[] conditions = run.integers(FORCED, "cond");
        for (String name : run.names(FORCED)) {
            if (name.endsWith(LOGITS)) {
                try (TensorScope ignored = TensorScope.open()) {
                    DecodingSchedule schedule =
                            new DecodingSchedule(run.integers(FORCED, name.replace(LOGITS, PER_STEP)));
                    run.close(
                            FORCED,
                            name,
                            GreedyDecoding.forced(model, conditions, orders, schedule, tokens)
                                    .logits());
                }
            }
        }
    }

    private static void generate(GoldenRun run, AnyOrderTransformer model, Settings generation) throws IOException {
        generation.remarks("order", "batch", "min_top1_top2_margin", "distinct_tokens");
        String name = generation.text("name");
        int steps = generation.optionalInteger("num_inference_steps").orElse(-1);
        int[][] orders = run.rows(GENERATE, name + "_token_order");
        int cells = orders[0].length;
        DecodingSchedule schedule =
                steps < 0 ? DecodingSchedule.sequential(cells) : DecodingSchedule.cosine(cells, steps);
        generation.fixed("actual_steps", schedule.steps());
        run.exact(GENERATE, name + PER_STEP, Tensors.of(schedule.cellsPerStep(), schedule.steps()));
        ClassifierFreeGuidance guidance = RandArModels.guidance(generation);
        if (run.names(GENERATE).contains(name + "_cfg_per_step")) {
            run.close(GENERATE, name + "_cfg_per_step", scales(guidance, schedule));
        }
        GreedyDecoding result =
                GreedyDecoding.of(model, run.integers(GENERATE, name + "_cond"), orders, schedule, guidance);
        run.exact(GENERATE, name + "_tokens", Tensors.of(result.tokens()));
        // Large cases keep the logits of the first cells only.
        long kept = run.input(GENERATE, name + LOGITS).size(1);
        run.close(GENERATE, name + LOGITS, result.logits().narrow(1, 0, kept));
    }

    /** The guidance scale of each step: {@code [steps]}. */
    static Tensor scales(ClassifierFreeGuidance guidance, DecodingSchedule schedule) {
        double[] scales = new double[schedule.steps()];
        int filled = 0;
        for (int step = 0; step < scales.length; step++) {
            int next = schedule.cellsPerStep()[step];
            scales[step] = guidance.scale().at(filled, next, schedule.cells());
            filled += next;
        }
        return Tensors.of(scales, scales.length);
    }
}
