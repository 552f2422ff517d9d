package dev.oar.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.checkpoint.Safetensors;
import dev.oar.tensor.TensorScope;
import dev.oar.testing.Golden;
import dev.oar.testing.NativeMemory;
import dev.oar.text.T5Encoder;
import dev.oar.text.TextEncoder;
import dev.oar.text.TextEncoderFiles;
import dev.oar.text.TextTokenizer;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** A text encoder is fetched file by file, its weights in one file or in several. */
@ExtendWith(NativeMemory.class)
class TextEncoderFetchTests {
    private static final Path ENCODER = Golden.resource("t5-encoder-relu").folder();

    @TempDir
    Path folder;

    private static void putConfig(HubFixture fixture, String place) throws IOException {
        String config = Files.readString(ENCODER.resolve("config.json"))
                .replaceFirst("\\{", "{\"model_type\": \"t5\", \"architectures\": [\"T5Model\"],");
        fixture.hub.putSmall(place + "config.json", config.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "text_encoder/"})
    void anEncoderOfOneFileComesWithItsTokenizer(String place) throws Exception {
        try (HubFixture fixture = new HubFixture(folder.resolve("cache"), 10)) {
            putConfig(fixture, place);
            fixture.hub.putLarge(
                    place + "model.safetensors", Files.readAllBytes(ENCODER.resolve("weights.safetensors")));
            Path tokenizer = Golden.resource("tokenizer-bpe-clip-like").folder();
            for (String name : new String[] {"tokenizer.json", "tokenizer_config.json"}) {
                fixture.hub.putSmall(place + name, Files.readAllBytes(tokenizer.resolve(name)));
            }
            TextEncoderFiles files =
                    TextEncoderFiles.fetch("hf://owner/repo/" + place, fixture.client(), HubListener.silent());
            try (TextEncoder encoder = files.encoder();
                    TextTokenizer fetched = files.tokenizer()) {
                assertThat(encoder).isInstanceOf(T5Encoder.class);
                assertThat(fetched.paddingId()).hasValue(813);
            }
        }
    }

    @Test
    void anEncoderOfSeveralFilesIsFetchedWhole() throws Exception {
        try (HubFixture fixture = new HubFixture(folder.resolve("cache"), 10)) {
            putConfig(fixture, "");
            Map<String, String> index = new TreeMap<>();
            Safetensors whole = Safetensors.open(ENCODER.resolve("weights.safetensors"));
            try (TensorScope ignored = TensorScope.open()) {
                for (int part = 0; part < 2; part++) {
                    Map<String, Tensor> tensors = new LinkedHashMap<>();
                    for (String name : whole.names()) {
                        if (Math.floorMod(name.hashCode(), 2) == part) {
                            tensors.put(name, whole.read(name));
                            index.put(name, "part-" + part + ".safetensors");
                        }
                    }
                    Path file = folder.resolve("part-" + part + ".safetensors");
                    Safetensors.write(file, tensors, Map.of());
                    fixture.hub.putLarge("part-" + part + ".safetensors", Files.readAllBytes(file));
                }
            }
            fixture.hub.putSmall(
                    "model.safetensors.index.json", new JsonMapper().writeValueAsBytes(Map.of("weight_map", index)));
            TextEncoderFiles files = TextEncoderFiles.fetch("hf://owner/repo", fixture.client(), HubListener.silent());
            files.encoder().close();
        }
    }

    @Test
    void whatIsNoEncoderOnTheHubIsRefused() throws Exception {
        try (HubFixture fixture = new HubFixture(folder.resolve("cache"), 10)) {
            HubClient client = fixture.client();
            assertThatThrownBy(() -> TextEncoderFiles.fetch("hf://owner", client, HubListener.silent()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("hf://OWNER/REPO");
            assertThatThrownBy(() -> TextEncoderFiles.fetch("hf://owner/repo/empty", client, HubListener.silent()))
                    .isInstanceOf(FileNotFoundException.class);
            putConfig(fixture, "bare/");
            assertThatThrownBy(() -> TextEncoderFiles.fetch("hf://owner/repo/bare", client, HubListener.silent()))
                    .isInstanceOf(FileNotFoundException.class)
                    .hasMessageContaining("has none of them");
        }
    }
}
