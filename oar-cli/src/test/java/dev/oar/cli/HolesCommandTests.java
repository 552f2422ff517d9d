package dev.oar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.artifact.ModelFolder;
import dev.oar.artifact.ModelManifest;
import dev.oar.model.RarConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holes painted by the command, with the bundled model on pictures of noise in two of its classes. */
class HolesCommandTests {
    private static final String MODEL = "../models/noto-emoji-64";

    @TempDir
    private Path folder;

    @BeforeEach
    void write() throws IOException {
        NoisePictures.write(folder, 6);
    }

    @Test
    void theTableIsPrintedAndTheFilesAreWritten() throws IOException {
        Path out = folder.resolve("out");
        Session session = new Session();
        assertThat(holes(
                        session,
                        NoisePictures.recipe(folder, 0.5),
                        MODEL,
                        out,
                        "--arm",
                        "specialised",
                        "--batch-size",
                        "4",
                        "--subsamples",
                        "4",
                        "--coverage",
                        "0.25"))
                .as(session.err())
                .isZero();
        assertThat(session.out())
                .contains(
                        "centre square, 25 %",
                        "random strokes, 25 %",
                        "half image, 25 %",
                        "outpaint border, 25 %",
                        "specialised, most probable",
                        "unigram guess",
                        "by order: all four, 25 %",
                        "specialised, recorded-mean",
                        "report.html");
        for (String file : new String[] {"results.json", "results.csv", "report.html"}) {
            assertThat(out.resolve(file)).isNotEmptyFile();
        }
    }

    @Test
    void whatCannotBeMeasuredIsOneSentence() throws IOException {
        Session none = new Session();
        assertThat(holes(none, NoisePictures.recipe(folder, 0), MODEL, folder.resolve("out")))
                .isEqualTo(1);
        assertThat(none.err())
                .contains("hole quality needs test images of 64 pixels")
                .hasLineCount(1);

        Session raster = new Session();
        assertThat(holes(raster, NoisePictures.recipe(folder, 0.5), rasterOnly().toString(), folder.resolve("out")))
                .isEqualTo(1);
        assertThat(raster.err())
                .contains("hole quality needs any-order models, but raster-only was trained for raster order")
                .hasLineCount(1);

        Session coverage = new Session();
        assertThat(holes(
                        coverage, NoisePictures.recipe(folder, 0.5), MODEL, folder.resolve("out"), "--coverage", "1.5"))
                .isEqualTo(1);
        assertThat(coverage.err())
                .contains("fractions of the pixels above 0 and below 1")
                .hasLineCount(1);

        Session missing = new Session();
        assertThat(holes(missing, folder.resolve("none.yaml"), MODEL, folder.resolve("out")))
                .isEqualTo(1);
        assertThat(missing.err()).contains("none.yaml").hasLineCount(1);
    }

    private static int holes(Session session, Path recipe, String model, Path out, String... options) {
        String[] arguments = new String[6 + options.length];
        System.arraycopy(
                new String[] {"holes", recipe.toString(), "--model", model, "--out", out.toString()},
                0,
                arguments,
                0,
                6);
        System.arraycopy(options, 0, arguments, 6, options.length);
        return session.run(arguments);
    }

    /** A model that knows raster order only; it is refused before its weights are looked for. */
    private Path rasterOnly() throws IOException {
        ModelManifest bundled = ModelFolder.open(Path.of(MODEL)).manifest();
        Path model = folder.resolve("raster-only");
        var unused = ModelFolder.create(
                model,
                new ModelManifest(
                        1,
                        "raster-only",
                        "",
                        "CC0-1.0",
                        "",
                        bundled.classes(),
                        bundled.tokenizer(),
                        RarConfig.of(32, 2, 4),
                        Map.of()));
        return model;
    }
}
