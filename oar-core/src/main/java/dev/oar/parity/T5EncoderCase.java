package dev.oar.parity;

import dev.oar.checkpoint.WeightFiles;
import dev.oar.file.CorruptFileException;
import dev.oar.text.PaddingRule;
import dev.oar.text.T5Config;
import dev.oar.text.T5Encoder;
import dev.oar.text.TokenizedTexts;
import java.io.IOException;
import org.bytedeco.pytorch.Tensor;

/** T5's encoder: states of every block, features with padding on either side, hidden or seen, and position biases. */
final class T5EncoderCase implements GoldenCase {
    private static final String FILE = "golden";

    @Override
    public void compare(GoldenRun run) throws IOException {
        Settings settings = run.folder().settings();
        settings.remarks("pad_token_id", "eos_token_id", "lengths", "mask_value");
        T5Config config = config(settings);
        try (T5Encoder encoder =
                T5Encoder.load(config, WeightFiles.open(run.folder().path().resolve(GoldenFolder.WEIGHTS)))) {
            for (String prefix : new String[] {"", "left_"}) {
                if (run.names(FILE).contains(prefix + "input_ids")) {
                    TokenizedTexts texts = GoldenTexts.masked(
                            run, run.rows(FILE, prefix + "input_ids"), run.rows(FILE, prefix + "attention_mask"));
                    GoldenTexts.close(run, FILE, prefix, encoder.hiddenStates(texts, PaddingRule.HIDDEN));
                }
            }
            unmasked(run, encoder, "input_ids", "unmasked_");
            unmasked(run, encoder, "long_input_ids", "long_");
            if (run.names(FILE).contains("position_bias")) {
                Tensor reference = run.input(FILE, "position_bias");
                run.close(FILE, "position_bias", encoder.positionBias(Math.toIntExact(reference.size(-1))));
            }
            if (run.names(FILE).contains("relative_position")) {
                run.exact(FILE, "relative_bucket", T5Encoder.buckets(config, run.input(FILE, "relative_position")));
            }
        }
    }

    private static void unmasked(GoldenRun run, T5Encoder encoder, String ids, String prefix) throws IOException {
        if (run.names(FILE).contains(prefix + "last_hidden_state")) {
            GoldenTexts.close(
                    run, FILE, prefix, encoder.hiddenStates(GoldenTexts.whole(run.rows(FILE, ids)), PaddingRule.SEEN));
        }
    }

    private static T5Config config(Settings settings) throws CorruptFileException {
        boolean gated = settings.text("feed_forward_proj").equals("gated-gelu");
        settings.fixed("feed_forward_proj", gated ? "gated-gelu" : "relu");
        settings.fixed("is_gated_act", gated);
        settings.fixed("dense_act_fn", gated ? "gelu_new" : "relu");
        return new T5Config(
                settings.integer("vocab_size"),
                settings.integer("d_model"),
                settings.integer("num_heads"),
                settings.integer("d_kv"),
                settings.integer("d_ff"),
                settings.integer("num_layers"),
                settings.integer("relative_attention_num_buckets"),
                settings.integer("relative_attention_max_distance"),
                settings.number("layer_norm_epsilon"),
                gated ? T5Config.FeedForward.GATED_GELU : T5Config.FeedForward.RELU);
    }
}
