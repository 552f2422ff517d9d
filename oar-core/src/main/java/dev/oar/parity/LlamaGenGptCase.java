package dev.oar.parity;

import dev.oar.decode.ClassifierFreeGuidance;
import dev.oar.decode.GuidanceScale;
import dev.oar.model.BlockSizes;
import dev.oar.model.LlamaGenGpt;
import dev.oar.model.LlamaGenGptConfig;
import dev.oar.model.TokenSpace;
import dev.oar.order.DecodingSchedule;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.Tensors;
import java.io.IOException;
import java.util.Collections;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import tools.jackson.databind.JsonNode;

/** LlamaGen's raster transformer: rotary table, logits, loss, gradients, greedy generation. */
final class LlamaGenGptCase implements GoldenCase {
    private static final String FORWARD = "forward";
    private static final String GENERATE = "generate";

    @Override
    public void compare(GoldenRun run) throws IOException {
        GoldenFolder folder = run.folder();
        TokenSpace space = new TokenSpace(
                TokenGrid.square((int) Math.sqrt(folder.integer("block_size"))),
                folder.integer("vocab_size"),
                folder.integer("num_classes"));
        LlamaGenGptConfig config = new LlamaGenGptConfig(new BlockSizes(
                folder.integer("dim"),
                folder.integer("n_layer"),
                folder.integer("n_head"),
                Settings.integer(folder, "n_kv_head"),
                Settings.number(folder, "ffn_dim_multiplier"),
                Settings.integer(folder, "multiple_of").orElse(256),
                folder.setting("norm_eps").asDouble(),
                folder.setting("rope_base").asDouble()));
        try (LlamaGenGpt model = new LlamaGenGpt(config, space, folder.weights())) {
            forward(run, model);
            for (JsonNode generation : folder.setting("generate")) {
                generate(run, model, generation);
            }
        }
    }

    private static void forward(GoldenRun run, LlamaGenGpt model) throws IOException {
        run.close(FORWARD, "freqs_cis", torch.view_as_real(model.rotations()));
        Tensor tokens = run.input(FORWARD, "idx");
        Tensor orders = Tensors.range(0, tokens.size(1)).expand(tokens.shape());
        model.weights().requireGradient(true);
        Tensor logits = model.logits(tokens, run.input(FORWARD, "cond"), orders, false);
        run.close(FORWARD, "logits", logits);
        Tensor loss = torch.cross_entropy(logits.flatten(0, 1), tokens.flatten());
        run.close(FORWARD, "loss", loss.view(1));
        loss.backward();
        Settings.gradients(run, FORWARD, model.weights());
        model.weights().requireGradient(false);
    }

    private static void generate(GoldenRun run, LlamaGenGpt model, JsonNode generation) throws IOException {
        String name = generation.path("name").asString();
        int cells = model.space().cells();
        double scale = generation.path("cfg_scale").asDouble();
        int interval = generation.path("cfg_interval").asInt(-1);
        // The first token and interval + 1 more are guided; -1 guides all.
        GuidanceScale guidance = interval < 0
                ? new GuidanceScale.Linear(scale, scale)
                : new GuidanceScale.FirstCells(scale, interval + 2);
        int[] conditions = run.integers(GENERATE, name + "_cond");
        int[] raster = IntStream.range(0, cells).toArray();
        GreedyDecoding result = GreedyDecoding.of(
                model,
                conditions,
                Collections.nCopies(conditions.length, raster).toArray(int[][]::new),
                DecodingSchedule.sequential(cells),
                new ClassifierFreeGuidance(guidance));
        run.exact(GENERATE, name + "_tokens", Tensors.of(result.tokens()));
        run.close(GENERATE, name + "_logits", result.logits());
    }
}
