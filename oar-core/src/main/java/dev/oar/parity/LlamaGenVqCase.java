package dev.oar.parity;

import dev.oar.tokenizer.AttentionPlacement;
import dev.oar.tokenizer.PixelTensors;
import dev.oar.tokenizer.VqTokenizer;
import dev.oar.tokenizer.VqTokenizerConfig;
import java.io.IOException;
import org.bytedeco.pytorch.Tensor;

/** LlamaGen's tokenizer: encoder, codes, decoder, 8-bit images. */
final class LlamaGenVqCase implements GoldenCase {
    private static final String FILE = "golden";

    @Override
    public void compare(GoldenRun run) throws IOException {
        Settings settings = run.folder().settings();
        VqTokenizerConfig config = new VqTokenizerConfig(
                settings.integer("image_size"),
                settings.integer("ch"),
                settings.integers("ch_mult"),
                settings.integer("num_res_blocks"),
                settings.integer("z_channels"),
                settings.integer("codebook_size"),
                settings.integer("codebook_embed_dim"),
                settings.flag("codebook_l2_norm"),
                AttentionPlacement.LOWEST_RESOLUTION,
                settings.integer("norm_groups"));
        settings.fixed("norm_eps", 1e-6);
        settings.fixed(
                "latent_size",
                config.imageSize() >> (config.channelMultipliers().size() - 1));
        settings.remarks("min_code_distance_margin");
        try (VqTokenizer tokenizer = new VqTokenizer(config, run.folder().weights())) {
            compare(run, tokenizer);
        }
    }

    private static void compare(GoldenRun run, VqTokenizer tokenizer) throws IOException {
        Tensor images = run.input(FILE, "image");
        run.close(FILE, "encoder_out", tokenizer.encoderOutput(images));
        run.close(FILE, "pre_quant", tokenizer.latents(images));
        Tensor found = tokenizer.encode(images);
        run.exact(FILE, "indices", found.flatten());
        run.close(FILE, "quantized", tokenizer.quantised(found));
        Tensor codes = run.input(FILE, "codes");
        run.close(FILE, "codebook_entry", tokenizer.quantised(codes));
        Tensor decoded = tokenizer.decode(codes);
        run.close(FILE, "decoded", decoded);
        run.close(FILE, "reconstruction", tokenizer.reconstruct(images));
        run.close(FILE, "forward_out", tokenizer.decodeVectors(tokenizer.quantised(found)));
        run.pixels(FILE, "decoded_uint8", PixelTensors.bytes(decoded));
        if (run.names(FILE).contains("decoded_bicubic")) {
            int size = Math.toIntExact(run.input(FILE, "decoded_bicubic").size(2));
            Tensor resized = PixelTensors.resized(decoded, size);
            run.close(FILE, "decoded_bicubic", resized);
            run.pixels(FILE, "decoded_uint8_resized", PixelTensors.bytes(resized));
        }
    }
}
