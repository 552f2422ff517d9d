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

/** LlamaGen's raster transformer: rotary table, logits, loss, gradients, greedy generation. */
final class LlamaGenGptCase implements GoldenCase {
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
        LlamaGenGptConfig config = new LlamaGenGptConfig(new BlockSizes(
                settings.integer("dim"),
                settings.integer("n_layer"),
                settings.integer("n_head"),
                settings.optionalInteger("n_kv_head"),
                settings.optionalNumber("ffn_dim_multiplier"),
                settings.optionalInteger("multiple_of").orElse(256),
                settings.number("norm_eps"),
                settings.number("rope_base")));
        try (LlamaGenGpt model = new LlamaGenGpt(config, space, run.folder().weights())) {
            forward(run, model);
            for (Settings generation : settings.parts("generate")) {
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
        run.gradients(FORWARD, model.weights());
        model.weights().requireGradient(false);
    }

    private static void generate(GoldenRun run, LlamaGenGpt model, Settings generation) throws IOException {
        generation.remarks("batch", "min_top1_top2_margin");
        String name = generation.text("name");
        int cells = model.space().cells();
        double scale = generation.number("cfg_scale");
        int interval = generation.optionalInteger("cfg_interval").orElse(-1);
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
