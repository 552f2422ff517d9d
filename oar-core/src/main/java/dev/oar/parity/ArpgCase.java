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
import tools.jackson.databind.JsonNode;

/** ARPG's two-pass transformer: rotary table, logits, loss, gradients, schedules, greedy parallel generation. */
final class ArpgCase implements GoldenCase {
    private static final String FORWARD = "forward";
    private static final String GENERATE = "generate";

    @Override
    public void compare(GoldenRun run) throws IOException {
        GoldenFolder folder = run.folder();
        if (Settings.integer(folder, "cls_token_num").orElse(1) != 1) {
            throw new CorruptFileException(folder.path() + " must hold a class-conditional model with one class token,"
                    + " but has " + folder.integer("cls_token_num") + "; only those can be compared");
        }
        TokenSpace space = new TokenSpace(
                TokenGrid.square((int) Math.sqrt(folder.integer("block_size"))),
                folder.integer("vocab_size"),
                folder.integer("num_classes"));
        ArpgConfig config = new ArpgConfig(
                new BlockSizes(
                        folder.integer("dim"),
                        folder.integer("n_layer"),
                        folder.integer("n_head"),
                        Optional.empty(),
                        Settings.number(folder, "ffn_dim_multiplier"),
                        Settings.integer(folder, "multiple_of").orElse(256),
                        folder.setting("norm_eps").asDouble(),
                        folder.setting("rope_base").asDouble()),
                Dropouts.NONE);
        try (ArpgTransformer model = new ArpgTransformer(config, space, folder.weights())) {
            forward(run, model);
            for (JsonNode generation : folder.setting("generate")) {
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
        Settings.gradients(run, FORWARD, model.weights());
        model.weights().requireGradient(false);
    }

    private static void generate(GoldenRun run, ArpgTransformer model, JsonNode generation) throws IOException {
        String name = generation.path("name").asString();
        int cells = model.space().cells();
        DecodingSchedule schedule = schedule(run.folder(), generation, cells);
        int[] cellsPerStep = schedule.cellsPerStep();
        run.exact(GENERATE, name + "_tokens_per_step", Tensors.of(cellsPerStep, cellsPerStep.length));
        GuidanceScale guidance = guidance(run.folder(), generation);
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

    private static DecodingSchedule schedule(GoldenFolder folder, JsonNode generation, int cells)
            throws CorruptFileException {
        String name = generation.path("sample_schedule").asString("");
        int steps = generation.path("num_iter").asInt();
        return switch (name) {
            case "arccos" -> DecodingSchedule.maskedArccosine(cells, steps);
            case "cosine" -> DecodingSchedule.maskedCosine(cells, steps);
            default ->
                throw new CorruptFileException(folder.path() + " must name the sample_schedule arccos or cosine, but"
                        + " names '" + name + "'; correct it");
        };
    }

    private static GuidanceScale guidance(GoldenFolder folder, JsonNode generation) throws CorruptFileException {
        String name = generation.path("cfg_schedule").asString("");
        double scale = generation.path("guidance_scale").asDouble();
        return switch (name) {
            case "constant" -> new GuidanceScale.Linear(scale, scale);
            case "linear" -> new GuidanceScale.LinearAhead(scale);
            default ->
                throw new CorruptFileException(folder.path() + " must name the cfg_schedule constant or linear, but"
                        + " names '" + name + "'; correct it");
        };
    }
}
