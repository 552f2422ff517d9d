package dev.oar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.artifact.ModelFolder;
import dev.oar.artifact.OrderNetworkFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An order network of the bundled model that draws from captions, trained for a moment on pictures of noise. */
class OrderNetworkCommandTests {
    private static final Path BUNDLED = Path.of("../models/avatars-32");

    @TempDir
    private Path folder;

    private Path model = Path.of("");
    private Path recipe = Path.of("");

    @BeforeEach
    void write() throws IOException {
        model = Files.createDirectories(folder.resolve("model"));
        for (String name : List.of(
                ModelFolder.MANIFEST,
                ModelFolder.TOKENIZER,
                ModelFolder.CAPTION_TOKENIZER,
                "specialised.safetensors")) {
            Files.copy(BUNDLED.resolve(name), model.resolve(name));
        }
        recipe = NoisePictures.captioned(folder, 6);
    }

    @Test
    void aModelDrawsLearnedOrdersOnceItHasANetwork() throws IOException {
        Session before = draw("before", "--order", "learned");
        assertThat(before.err())
                .contains("needs an order network, but this model has none; train one by `oar order-network`")
                .hasLineCount(1);

        String agreement = train("6");
        assertThat(agreement).containsPattern("Kendall tau to the orders of \\d+ held-out images: -?\\d\\.\\d{4} \\[");
        assertThat(model.resolve(OrderNetworkFiles.WEIGHTS)).exists();
        assertThat(ModelFolder.open(model).fingerprint(OrderNetworkFiles.WEIGHTS))
                .isNotEmpty();

        assertThat(draw("after", "--order", "learned").err()).isEmpty();
        assertThat(draw("steps", "--order", "learned", "--steps", "8", "--order-noise", "0")
                        .err())
                .isEmpty();
        for (String images : List.of("after", "steps")) {
            assertThat(folder.resolve(images).resolve("0-1.png")).exists();
        }
        // Finished, the command trains nothing anew.
        assertThat(train("6")).isEqualTo(agreement);
    }

    @Test
    void aMeasureThatLooksAtTheAnswerIsRefused() {
        Session session = new Session();
        assertThat(run(session, "--confidence", "ground-truth-probability")).isEqualTo(1);
        assertThat(session.err()).contains("no network can learn its orders").hasLineCount(1);
        assertThat(model.resolve(OrderNetworkFiles.WEIGHTS)).doesNotExist();
    }

    private String train(String steps) {
        Session session = new Session();
        assertThat(run(session, "--steps", steps, "--batch-size", "4", "--images", "5", "--held-out", "3"))
                .as(session.err())
                .isZero();
        return session.out()
                .lines()
                .filter(line -> line.contains("Kendall tau"))
                .findFirst()
                .orElseThrow();
    }

    private int run(Session session, String... options) {
        String[] arguments = new String[6 + options.length];
        System.arraycopy(
                new String[] {
                    "order-network",
                    recipe.toString(),
                    "--model",
                    model.toString(),
                    "--out",
                    folder.resolve("distillation").toString()
                },
                0,
                arguments,
                0,
                6);
        System.arraycopy(options, 0, arguments, 6, options.length);
        return session.run(arguments);
    }

    private Session draw(String name, String... options) {
        String[] all = new String[options.length + 4];
        System.arraycopy(new String[] {"--caption", "a person with a hat", "--count", "2"}, 0, all, 0, 4);
        System.arraycopy(options, 0, all, 4, options.length);
        return Session.drawing("generate", model, folder.resolve(name), all);
    }
}
