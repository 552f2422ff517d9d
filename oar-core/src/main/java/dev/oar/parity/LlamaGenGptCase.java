package dev.oar.parity;

import dev.oar.model.LlamaGenGpt;
import dev.oar.model.TokenSpace;
import dev.oar.tensor.Tensors;
import java.io.IOException;
import org.bytedeco.pytorch.global.torch;

/** LlamaGen's raster transformer: rotary table, logits, loss, gradients, greedy generation. */
final class LlamaGenGptCase implements GoldenCase {
    private static final String FORWARD = "forward";
    private static final String GENERATE = "generate";

    @Override
    public void compare(GoldenRun run) throws IOException {
        Settings settings = run.folder().settings();
        settings.fixed("cls_token_num", 1);
        TokenSpace space = LlamaGenModels.space(settings, settings.integer("num_classes"));
        try (LlamaGenGpt model = new LlamaGenGpt(
                LlamaGenModels.config(settings), space, run.folder().weights())) {
            run.close(FORWARD, "freqs_cis", torch.view_as_real(model.rotations()));
            LlamaGenModels.compareWithGradients(
                    run, FORWARD, model, run.input(FORWARD, "idx"), run.input(FORWARD, "cond"));
            for (Settings generation : settings.parts("generate")) {
                generate(run, model, generation);
            }
        }
    }

    private static void generate(GoldenRun run, LlamaGenGpt model, Settings generation) throws IOException {
        generation.remarks("batch", "min_top1_top2_margin");
        String name = generation.text("name");
        GreedyDecoding result = LlamaGenModels.decoded(model, run.integers(GENERATE, name + "_cond"), generation);
        run.exact(GENERATE, name + "_tokens", Tensors.of(result.tokens()));
        run.close(GENERATE, name + "_logits", result.logits());
    }
}
