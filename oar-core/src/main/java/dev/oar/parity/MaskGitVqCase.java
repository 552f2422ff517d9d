package dev.oar.parity;

import dev.oar.tokenizer.MaskGitTokenizer;
import dev.oar.tokenizer.MaskGitTokenizerConfig;
import java.io.IOException;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** MaskGIT's tokenizer: encoder, code search, decoder, 8-bit images. Its reference numbers hold pixels in [0, 1]. */
final class MaskGitVqCase implements GoldenCase {
    private static final String FILE = "golden";

    @Override
    public void compare(GoldenRun run) throws IOException {
        Settings settings = run.folder().settings();
        MaskGitTokenizerConfig config = new MaskGitTokenizerConfig(
                settings.integer("resolution"),
                settings.integer("hidden_channels"),
                settings.integers("channel_mult"),
                settings.integer("num_res_blocks"),
                settings.integer("num_embeddings"),
                settings.integer("embedding_dim"),
                settings.integer("norm_groups"));
        settings.fixed("norm_eps", 1e-6);
        settings.fixed("num_resolutions", config.channelMultipliers().size());
        settings.fixed("z_channels", settings.integer("embedding_dim"));
        settings.remarks("latent_size", "min_code_distance_margin");
        try (MaskGitTokenizer tokenizer =
                new MaskGitTokenizer(config, run.folder().weights())) {
            compare(run, tokenizer);
            run.close(
                    FILE,
                    "shortcut_block_out",
                    tokenizer.residualBlock(widening(config), run.input(FILE, "shortcut_block_in")));
        }
    }

    /** The block whose output the reference keeps: the first one of the encoder that changes the number of channels. */
    private static String widening(MaskGitTokenizerConfig config) {
        List<Integer> multipliers = config.channelMultipliers();
        int level = 1;
        while (level < multipliers.size() - 1 && multipliers.get(level).equals(multipliers.get(level - 1))) {
            level++;
        }
        return "encoder.down." + level + ".block.0";
    }

    private static void compare(GoldenRun run, MaskGitTokenizer tokenizer) throws IOException {
        Tensor images = MaskGitTokenizer.signedRange(run.input(FILE, "image"));
        Tensor latents = tokenizer.latents(images);
        run.close(FILE, "pre_quant", latents);
        run.close(FILE, "distances", tokenizer.distances(latents));
        run.close(FILE, "soft_code", tokenizer.softCodes(latents));
        Tensor found = tokenizer.encode(images);
        run.exact(FILE, "indices", found);
        run.close(FILE, "quantized", tokenizer.quantised(found));
        Tensor codes = run.input(FILE, "codes");
        run.close(FILE, "decoded_raw", tokenizer.decodeVectors(tokenizer.quantised(codes)));
        Tensor decoded = tokenizer.decodeUnit(codes);
        run.close(FILE, "decoded", decoded);
        run.close(FILE, "reconstruction", tokenizer.decodeUnit(found));
        run.pixels(FILE, "decoded_uint8", MaskGitTokenizer.truncatedBytes(decoded));
    }
}
