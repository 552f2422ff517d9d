package dev.oar.parity;

import dev.oar.decode.ClassifierFreeGuidance;
import dev.oar.decode.GuidanceScale;
import dev.oar.file.CorruptFileException;
import dev.oar.model.RarConfig;
import dev.oar.model.RarTransformer;
import dev.oar.model.TokenSpace;
import dev.oar.model.TrainedOrders;
import dev.oar.order.DecodingSchedule;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.Tensors;
import java.io.IOException;
import java.util.Collections;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** RAR's transformer: logits in random and in raster order, loss, gradients, greedy generation, guidance schedule. */
final class RarCase implements GoldenCase {
    private static final String FORWARD = "forward";
    private static final String GENERATE = "generate";

    @Override
    public void compare(GoldenRun run) throws IOException {
        Settings settings = run.folder().settings();
        settings.fixed("qk_norm", "LayerNorm per head with affine");
        // The network knows cells by their numbers alone, so any grid of as many will do.
        TokenSpace space = new TokenSpace(
                new TokenGrid(1, settings.integer("image_seq_len")),
                settings.integer("codebook_size"),
                settings.integer("condition_num_classes"));
        RarConfig config = new RarConfig(
                settings.integer("hidden_size"),
                settings.integer("num_hidden_layers"),
                settings.integer("num_attention_heads"),
                Optional.of(settings.integer("intermediate_size")),
                TrainedOrders.ANY,
                settings.number("layer_norm_eps"),
                0,
                0);
        try (RarTransformer model = RarTransformer.of(config, space, run.folder().weights())) {
            forward(run, model);
            for (Settings generation : settings.parts("generate")) {
                generate(run, model, generation);
            }
        }
    }

    private static void forward(GoldenRun run, RarTransformer model) throws IOException {
        Tensor tokens = run.input(FORWARD, "idx");
        Tensor orders = run.input(FORWARD, "orders");
        // Stored in the joint vocabulary, where the classes stand behind the codes and the mask token.
        Tensor conditions =
                run.input(FORWARD, "condition").sub(new Scalar(model.space().vocabularySize() + 1));
        model.weights().requireGradient(true);
        Tensor logits = model.logitsToTheEnd(tokens, conditions, orders);
        run.close(FORWARD, "logits", logits);
        Tensor labels = tokens.gather(1, orders);
        run.exact(FORWARD, "labels", labels);
        Tensor predictions = logits.narrow(1, 0, labels.size(1));
        Tensor loss = torch.cross_entropy(predictions.flatten(0, 1), labels.flatten());
        run.close(FORWARD, "loss", loss.view(1));
        loss.backward();
        run.gradients(FORWARD, model.weights());
        model.weights().requireGradient(false);
        Tensor raster = Tensors.range(0, tokens.size(1)).expand(tokens.shape());
        run.close(FORWARD, "raster_logits", model.logitsToTheEnd(tokens, conditions, raster));
    }

    private static void generate(GoldenRun run, RarTransformer model, Settings generation) throws IOException {
        generation.remarks("batch", "kv_cache", "min_log_margin");
        String name = generation.text("name");
        int cells = model.space().cells();
        ClassifierFreeGuidance guidance = guidance(generation);
        int[] conditions = run.integers(GENERATE, name + "_cond");
        int[] raster = IntStream.range(0, cells).toArray();
        GreedyDecoding result = GreedyDecoding.of(
                model,
                conditions,
                Collections.nCopies(conditions.length, raster).toArray(int[][]::new),
                DecodingSchedule.sequential(cells),
                guidance);
        run.exact(GENERATE, name + "_tokens", Tensors.of(result.tokens()));
        run.close(GENERATE, name + "_probs", torch.softmax(result.logits(), -1));
        if (run.names(GENERATE).contains(name + "_cfg_per_step")) {
            double[] scales = IntStream.range(0, cells)
                    .mapToDouble(step -> guidance.scale().at(step, 1, cells))
                    .toArray();
            run.close(GENERATE, name + "_cfg_per_step", Tensors.of(scales, cells));
        }
    }

    /** A scale of 0 stands for no guidance. */
    private static ClassifierFreeGuidance guidance(Settings generation) throws CorruptFileException {
        double scale = generation.number("guidance_scale");
        double power = generation.number("guidance_scale_pow");
        return scale == 0
                ? ClassifierFreeGuidance.OFF
                : new ClassifierFreeGuidance(new GuidanceScale.PowerCosine(scale, power));
    }
}
