package dev.oar.parity;

import dev.oar.checkpoint.WeightFiles;
import dev.oar.file.CorruptFileException;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import dev.oar.text.ClipTextConfig;
import dev.oar.text.ClipTextConfig.Activation;
import dev.oar.text.ClipTextConfig.Pooling;
import dev.oar.text.ClipTextEncoder;
import dev.oar.text.PaddingRule;
import dev.oar.text.TokenizedTexts;
import java.io.IOException;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** CLIP's text encoder: states of every layer, with and without a mask, both pooling rules, and the projection if there is one. */
final class ClipTextEncoderCase implements GoldenCase {
    private static final String FILE = "golden";

    @Override
    public void compare(GoldenRun run) throws IOException {
        Settings settings = run.folder().settings();
        settings.fixed("legacy_eos_token_id", 2);
        settings.remarks("bos_token_id", "lengths", "padding", "mask_value");
        ClipTextConfig config = config(settings);
        try (ClipTextEncoder encoder = ClipTextEncoder.load(
                        config, WeightFiles.open(run.folder().path().resolve(GoldenFolder.WEIGHTS)));
                Weights shared = encoder.weights().sharing();
                ClipTextEncoder legacy =
                        new ClipTextEncoder(encoder.config().withPooling(Pooling.LARGEST_TOKEN), shared)) {
            TokenizedTexts whole = GoldenTexts.whole(run.rows(FILE, "input_ids"));
            Tensor last = states(run, encoder, whole, "");
            pooled(run, encoder, whole, last, "");
            pooled(run, legacy, whole, last, "legacy_");
            if (run.names(FILE).contains("attention_mask")) {
                TokenizedTexts masked = GoldenTexts.masked(run, whole.ids(), run.rows(FILE, "attention_mask"));
                pooled(run, encoder, masked, states(run, encoder, masked, "masked_"), "masked_");
            }
            if (run.names(FILE).contains("short_input_ids")) {
                TokenizedTexts brief = GoldenTexts.whole(run.rows(FILE, "short_input_ids"));
                pooled(run, encoder, brief, states(run, encoder, brief, "short_"), "short_");
            }
        }
    }

    /** Compares the states of all layers, those before the last also as image generators ask for them. */
    private static Tensor states(GoldenRun run, ClipTextEncoder encoder, TokenizedTexts texts, String prefix)
            throws IOException {
        Map<String, Tensor> states = encoder.hiddenStates(texts, PaddingRule.HIDDEN);
        GoldenTexts.close(run, FILE, prefix, states);
        Tensor penultimate = encoder.penultimate(texts, PaddingRule.HIDDEN);
        GoldenTexts.closeIfThere(run, FILE, prefix + "penultimate_hidden_state", penultimate);
        GoldenTexts.closeIfThere(run, FILE, prefix + "penultimate_normed", encoder.normed(penultimate));
        return encoder.features(texts, PaddingRule.HIDDEN);
    }

    private static void pooled(
            GoldenRun run, ClipTextEncoder encoder, TokenizedTexts texts, Tensor features, String prefix)
            throws IOException {
        if (run.names(FILE).contains(prefix + "pooled_position")) {
            run.exact(FILE, prefix + "pooled_position", Tensors.of(encoder.pooledColumns(texts), texts.count()));
        }
        Tensor pooled = encoder.pooled(texts, features);
        GoldenTexts.closeIfThere(run, FILE, prefix + "pooled_output", pooled);
        if (encoder.config().projectionWidth().isPresent()) {
            GoldenTexts.closeIfThere(run, FILE, prefix + "text_embeds", encoder.projected(pooled));
        }
    }

    private static ClipTextConfig config(Settings settings) throws CorruptFileException {
        Activation activation = switch (settings.text("hidden_act")) {
            case "quick_gelu" -> Activation.QUICK_GELU;
            case "gelu" -> Activation.GELU;
            default -> throw settings.refused("hidden_act", "quick_gelu or gelu");
        };
        return new ClipTextConfig(
                settings.integer("vocab_size"),
                settings.integer("hidden_size"),
                settings.integer("num_attention_heads"),
                settings.integer("intermediate_size"),
                settings.integer("num_hidden_layers"),
                settings.integer("max_position_embeddings"),
                settings.number("layer_norm_eps"),
                activation,
                settings.integer("eos_token_id"),
                Pooling.FIRST_END,
                settings.optionalInteger("projection_dim"));
    }
}
