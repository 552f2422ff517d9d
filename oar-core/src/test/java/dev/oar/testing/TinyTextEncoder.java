package dev.oar.testing;

import dev.oar.artifact.WeightSource;
import dev.oar.checkpoint.Safetensors;
import dev.oar.tensor.LibTorch;
import dev.oar.tensor.Weights;
import dev.oar.text.T5Config;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A T5 of random weights with a tokenizer of English, as a folder of the files that published encoders have. */
public final class TinyTextEncoder {
    /** The width of its features. */
    public static final int WIDTH = 8;

    /** How many tokens its tokenizer knows. */
    public static final int VOCABULARY = 814;

    private TinyTextEncoder() {}

    /** Writes the folder, in place of an encoder that is there. */
    public static Path write(Path folder, long seed) throws IOException {
        return write(folder, WIDTH, VOCABULARY, seed);
    }

    /** The same with other sizes. */
    public static Path write(Path folder, int width, int vocabulary, long seed) throws IOException {
        LibTorch.load();
        Files.createDirectories(folder);
        for (String name : List.of("tokenizer.json", "tokenizer_config.json")) {
            String resource = "/golden/tokenizer-bpe-clip-like/" + name;
            try (InputStream in = Objects.requireNonNull(TinyTextEncoder.class.getResourceAsStream(resource), name)) {
                Files.copy(in, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Path config = Files.writeString(
                folder.resolve("config.json"),
                "{\"model_type\": \"t5\", \"vocab_size\": " + vocabulary + ", \"d_model\": " + width
                        + ", \"num_heads\": 2, \"d_kv\": 4, \"d_ff\": 16, \"num_layers\": 2}");
        try (Weights weights =
                new WeightSource.Random(seed).weights(T5Config.read(config).shapes())) {
            Safetensors.write(folder.resolve("model.safetensors"), weights.asMap(), Map.of());
        }
        return folder;
    }
}
