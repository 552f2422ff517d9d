package dev.oar.parity;

import dev.oar.decode.ClassifierFreeGuidance;
import dev.oar.decode.GuidanceScale;
import dev.oar.file.CorruptFileException;
import dev.oar.model.ArpgConfig;
import dev.oar.model.ArpgTransformer;
import dev.oar.model.BlockSizes;
import dev.oar.model.Dropouts;
import dev.oar.model.TokenSpace;
import dev.oar.order.DecodingSchedule;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.Tensors;
import java.io.IOException;
import java.util.Collections;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** ARPG's two-pass transformer: rotary table, logits, loss, gradients, schedules, greedy parallel generation. */
final class ArpgCase implements GoldenCase {
    private static final String FORWARD = "forward";
    private static final String GENERATE = "generate";

    @Override
    public void compare(GoldenRun run) throws IOException {
        Settings settings = run.folder().settings();
        settings.fixed("cls_token_num", 1);
        TokenSpace space = new TokenSpace(
                TokenGrid.square((int) Math.sqrt(settings.integer("block_size"))),
                settings.integer("vocab_size"),
                settings.integer("num_classes"));
        ArpgConfig config = new ArpgConfig(
                new BlockSizes(
                        settings.integer("dim"),
                        settings.integer("n_layer"),
                        settings.integer("n_head"),
                        Optional.empty(),
                        settings.optionalNumber("ffn_dim_multiplier"),
                        settings.optionalInteger("multiple_of").orElse(256),
                        settings.number("norm_eps"),
                        settings.number("rope_base")),
                Dropouts.NONE);
        try (ArpgTransformer model =
                new ArpgTransformer(config, space, run.folder().weights())) {
            forward(run, model);
            for (Settings generation : settings.parts("generate")) {
                generate(run, model, generation);
            }
        }
    }

    private static void forward(GoldenRun run, ArpgTransformer model) throws IOException {
        run.close(FORWARD, "freqs_cis", torch.view_as_real(model.rotations()));
        Tensor tokens = run.input(FORWARD, "idx");
        Tensor orders = run.input(FORWARD, "token_order");
        model.weights().requireGradient(true);
        Tensor logits = model.logits(tokens, run.input(FORWARD, "cond"), orders, false);
        run.close(FORWARD, "logits", logits);
        Tensor loss = torch.cross_entropy(
                logits.flatten(0, 1), tokens.gather(1, orders).flatten());
        run.close(FORWARD, "loss", loss.view(1));
        loss.backward();
        run.gradients(FORWARD, model.weights());
        model.weights().requireGradient(false);
    }

    private static void generate(GoldenRun run, ArpgTransformer model, Settings generation) throws IOException {
        generation.remarks("batch", "tokens_per_step", "min_log_margin");
        String name = generation.text("name");
        int cells = model.space().cells();
        DecodingSchedule schedule = schedule(generation, cells);
        int[] cellsPerStep = schedule.cellsPerStep();
        run.exact(GENERATE, name + "_tokens_per_step", Tensors.of(cellsPerStep, cellsPerStep.length));
        GuidanceScale guidance = guidance(generation);
        double[] scales = new double[cellsPerStep.length];
        int filled = 0;
        for (int step = 0; step < scales.length; step++) {
            scales[step] = guidance.at(filled, cellsPerStep[step], cells);
            filled += cellsPerStep[step];
        }
        run.close(GENERATE, name + "_cfg_per_step", Tensors.of(scales, scales.length));
        int[] conditions = run.integers(GENERATE, name + "_cond");
        int[] order = run.integers(GENERATE, name + "_token_order");
        GreedyDecoding result = GreedyDecoding.of(
                model,
                conditions,
                Collections.nCopies(conditions.length, order).toArray(int[][]::new),
                schedule,
                new ClassifierFreeGuidance(guidance));
        run.exact(GENERATE, name + "_tokens", Tensors.of(result.tokens()));
        run.close(GENERATE, name + "_probs", result.logits().softmax(-1));
    }

    private static DecodingSchedule schedule(Settings generation, int cells) throws CorruptFileException {
        int steps = generation.integer("num_iter");
        return switch (generation.text("sample_schedule")) {
            case "arccos" -> DecodingSchedule.maskedArccosine(cells, steps);
            case "cosine" -> DecodingSchedule.maskedCosine(cells, steps);
            default -> throw generation.refused("sample_schedule", "arccos or cosine");
        };
    }

    private static GuidanceScale guidance(Settings generation) throws CorruptFileException {
        double scale = generation.number("guidance_scale");
        return switch (generation.text("cfg_schedule")) {
            case "constant" -> new GuidanceScale.Linear(scale, scale);
            case "linear" -> new GuidanceScale.LinearAhead(scale);
            default -> throw generation.refused("cfg_schedule", "constant or linear");
        };
    }
}
