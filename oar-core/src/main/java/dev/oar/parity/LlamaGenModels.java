package dev.oar.parity;

import dev.oar.decode.ClassifierFreeGuidance;
import dev.oar.decode.GuidanceScale;
import dev.oar.file.CorruptFileException;
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

/** LlamaGen's transformers of a case's settings, and what cases from classes and from captions compare alike. */
final class LlamaGenModels {
    private LlamaGenModels() {}

    /** The sizes, without captions. */
    static LlamaGenGptConfig config(Settings settings) throws CorruptFileException {
        return new LlamaGenGptConfig(new BlockSizes(
                settings.integer("dim"),
                settings.integer("n_layer"),
                settings.integer("n_head"),
                settings.optionalInteger("n_kv_head"),
                settings.optionalNumber("ffn_dim_multiplier"),
                settings.optionalInteger("multiple_of").orElse(256),
                settings.number("norm_eps"),
                settings.number("rope_base")));
    }

    /** The cells and their codes. */
    static TokenSpace space(Settings settings, int classCount) throws CorruptFileException {
        return new TokenSpace(
                TokenGrid.square((int) Math.sqrt(settings.integer("block_size"))),
                settings.integer("vocab_size"),
                classCount);
    }

    /**
     * Compares {@code logits}, {@code loss} and the gradients of all weights.
     *
     * @param tokens {@code [batch, cells]}
     * @param conditions {@code [batch]}, int64
     * @return the logits, {@code [batch, cells, vocabulary]}
     */
    static Tensor compareWithGradients(GoldenRun run, String file, LlamaGenGpt model, Tensor tokens, Tensor conditions)
            throws IOException {
        model.weights().requireGradient(true);
        Tensor logits = model.logits(tokens, conditions, orders(tokens), false);
        run.close(file, "logits", logits);
        Tensor loss = torch.cross_entropy(logits.flatten(0, 1), tokens.flatten());
        run.close(file, "loss", loss.view(1));
        loss.backward();
        run.gradients(file, model.weights());
        model.weights().requireGradient(false);
        return logits;
    }

    /** The raster order for each row of {@code tokens: [batch, cells]}; the same shape. */
    static Tensor orders(Tensor tokens) {
        return Tensors.range(0, tokens.size(1)).expand(tokens.shape());
    }

    /** What the model generates greedily, one image for each of {@code conditions: [batch]}. */
    static GreedyDecoding decoded(LlamaGenGpt model, int[] conditions, Settings generation)
            throws CorruptFileException {
        int cells = model.space().cells();
        int[] raster = IntStream.range(0, cells).toArray();
        return GreedyDecoding.of(
                model,
                conditions,
                Collections.nCopies(conditions.length, raster).toArray(int[][]::new),
                DecodingSchedule.sequential(cells),
                new ClassifierFreeGuidance(guidance(generation)));
    }

    /** The first token and {@code cfg_interval + 1} more are guided; an interval of -1 guides all. */
    private static GuidanceScale guidance(Settings generation) throws CorruptFileException {
        double scale = generation.number("cfg_scale");
        int interval = generation.optionalInteger("cfg_interval").orElse(-1);
        return interval < 0
                ? new GuidanceScale.Linear(scale, scale)
                : new GuidanceScale.FirstCells(scale, interval + 2);
    }
}
