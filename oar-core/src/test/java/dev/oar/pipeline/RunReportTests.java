package dev.oar.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.artifact.Arm;
import dev.oar.artifact.ModelFolder;
import dev.oar.checkpoint.Fingerprint;
import dev.oar.config.RecipeReader;
import dev.oar.config.RecipeWriter;
import dev.oar.evaluate.EvaluationFigure;
import dev.oar.evaluate.EvaluationReport;
import dev.oar.generate.Drawing;
import dev.oar.measure.RealSamples;
import dev.oar.tensor.Processor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What the report of one small run shows. */
class RunReportTests {
    private static final Pattern IMAGE =
            Pattern.compile("<img src=\"data:image/(png|gif);base64,([^\"]+)\"[^>]* alt=\"([^\"]*)\"");
    private static final int CELLS_PER_SIDE = 4;
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private static Path folder;

    private static final List<String> NOTES = new ArrayList<>();
    private static Recipe recipe = TinyRecipe.of(Path.of("images"), "dual-position");
    private static String html = "";

    @BeforeAll
    static void runOnceOnImagesOfWhichTwoCannotBeRead() throws IOException {
        Path images = TinyRecipe.images(folder.resolve("images"), 16);
        Files.writeString(images.resolve("bars/broken & odd.png"), "no image");
        byte[] cut = Files.readAllBytes(images.resolve("discs/0.png"));
        Files.write(images.resolve("discs/cut.png"), Arrays.copyOf(cut, cut.length - 20));
        String yaml = RecipeWriter.write(TinyRecipe.of(images, "dual-position"));
        recipe = RecipeReader.parse(
                "tiny.yaml", yaml.replace("skip-unreadable: false", "skip-unreadable: true"), Recipe.class);
        run(folder.resolve("run"));
        html = Files.readString(folder.resolve("run").resolve(Pipeline.REPORT));
    }

    private static void run(Path run) throws IOException {
        PipelineListener listener = new PipelineListener() {
            @Override
            public void note(String line) {
                NOTES.add(line);
            }
        };
        new Pipeline(recipe, folder, run, listener).run();
    }

    @Test
    void thePageIsWholeAndLoadsNothing() {
        assertThat(html).startsWith("<!DOCTYPE html>").endsWith("</body>\n</html>\n");
        assertThat(html).doesNotContainPattern("(src|href)=\"(?!data:image/|#)").doesNotContain("<script", "url(");
        assertThat(Pattern.compile("<h2>([^<]+)</h2>").matcher(html).results().map(found -> found.group(1)))
                .containsExactly(
                        "Drawn images",
                        "Orders",
                        "Figures of drawn images",
                        "Bits per token",
                        "Reconstructions",
                        "Nearest training images",
                        "Training",
                        "Settings and times",
                        "Provenance");
    }

    @Test
    void samplesOfTheThreeArmsStandSideBySideEachAboveTheOrderItWasDrawnIn() throws IOException {
        String section = section("Drawn images");
        List<String> mapsOfRaster = new ArrayList<>();
        for (Drawing drawing : recipe.evaluation().drawings()) {
            String group = between(section, "<span>" + drawing.order().label() + "</span>", "</tbody>");
            assertThat(rowHeadings(group)).containsExactly("any-order", "control", "specialised");
            List<Shown> shown = pictures(group);
            assertThat(shown).hasSize(3 * 2 * recipe.evaluation().shown());
            for (int i = 0; i < shown.size(); i += 2) {
                int column = i / 2 % recipe.evaluation().shown();
                assertThat(shown.get(i).description()).isEqualTo("image " + column);
                assertThat(shown.get(i).width()).isEqualTo(recipe.data().imageSize());
                assertThat(shown.get(i + 1).description()).isEqualTo("order of image " + column);
                assertThat(shown.get(i + 1).width()).isEqualTo(CELLS_PER_SIDE);
                if (drawing.order().label().equals("raster")) {
                    mapsOfRaster.add(shown.get(i + 1).base64());
                }
            }
        }
        assertThat(mapsOfRaster).hasSize(3 * recipe.evaluation().shown());
        assertThat(mapsOfRaster.stream().distinct())
                .as("raster order has one map")
                .hasSize(1);
        assertThat(section).contains("class=\"legend\"", "image/gif");
    }

    @Test
    void orderMapsShowEveryClass() throws IOException {
        List<Shown> maps = pictures(section("Orders"));
        assertThat(maps)
                .extracting(Shown::description)
                .startsWith("mean rank of all classes", "mean rank of bars", "mean rank of discs");
        assertThat(maps.subList(0, 3)).extracting(Shown::width).containsOnly(CELLS_PER_SIDE);
        assertThat(maps.get(1).base64()).isNotEqualTo(maps.get(2).base64());
        assertThat(maps.size()).as("extracted orders of some images follow").isGreaterThan(3);
    }

    @Test
    void figuresStandForEveryArmAndDrawing() {
        String section = section("Figures of drawn images");
        assertThat(columnHeadings(section))
                .containsExactly(
                        "model",
                        "FD (own features)",
                        "KD (own features)",
                        "precision (own features)",
                        "recall (own features)",
                        "density (own features)",
                        "coverage (own features)",
                        "share nearer to training than 1 % of test images (own features)");
        int drawings = recipe.evaluation().drawings().size();
        for (Drawing drawing : recipe.evaluation().drawings()) {
            assertThat(section).contains("<span>" + drawing.order().label() + "</span>");
        }
        String table = between(section, "<table class=\"figures\">", "</table>");
        assertThat(rowHeadings(table))
                .hasSize(3 * drawings + 1)
                .contains("any-order", "control", "specialised")
                .endsWith("training images");
        // Of real training images, the share of copies would say nothing.
        assertThat(count(table, "class=\"number\"")).isEqualTo(3 * drawings * 7 + 6);
        assertThat(section).contains("<span>" + RealSamples.WAY + "</span>");
        assertThat(section).contains("specialised minus control, FD", "specialised minus any-order, share nearer");
    }

    @Test
    void bitsPerTokenStandForEveryArmBesideTheUnigram() {
        String section = section("Bits per token");
        assertThat(section)
                .contains(
                        EvaluationStage.UNIGRAM,
                        "<span>random</span>",
                        "<span>raster</span>",
                        "<span>fixed permutation</span>",
                        "<span>extracted</span>",
                        "<span>dynamic, noise 1</span>",
                        "<span>dynamic</span>",
                        "specialised minus control",
                        "Primary comparison: specialised (dynamic, noise 1) minus any-order (random), bits per token");
        // The unigram, three arms in six kinds of orders, and their differences from one of these.
        assertThat(count(section, "class=\"number\"")).isEqualTo(1 + 3 * 6 + 3 * 6 - 1);
    }

    @Test
    void reconstructionsStandBesideTheFiguresOfTheTokenizer() throws IOException {
        String section = section("Reconstructions");
        assertThat(pictures(section)).extracting(Shown::description).containsExactly("originals and reconstructions");
        assertThat(columnHeadings(section))
                .containsExactly(
                        "model",
                        "PSNR (dB, mean of families)",
                        "reconstruction FD (own features)",
                        "share of codes used",
                        "code perplexity (families weighted equally)");
        assertThat(rowHeadings(section)).containsExactly(EvaluationFigure.TOKENIZER);
        assertThat(count(section, "class=\"number\"")).isEqualTo(4);
    }

    @Test
    void theTwoSignalToNoiseRatiosAreToldApart() {
        assertThat(NOTES)
                .anyMatch(line -> line.matches(
                        "reconstruction of 8 test images, each weighing the same: PSNR [0-9.]+ dB per image, .*"));
        assertThat(html).contains("reconstruction PSNR", "test images, families weighted equally");
    }

    @Test
    void everyTrainingHasItsCurve() {
        String section = section("Training");
        for (String title : List.of(
                "Tokenizer", "Feature network", "Pretraining on random orders", "Further training of the two arms")) {
            String plot = between(section, "<figcaption>" + title + "</figcaption>", "</figure>");
            assertThat(plot).as(title).contains("<svg").containsPattern("class=\"line s0\" d=\"M[^\"]*L");
        }
        assertThat(between(section, "<figcaption>Further training", "</figure>"))
                .contains(">control<", ">specialised<");
    }

    @Test
    void settingsAndTheTimeOfEveryStageAreThere() {
        String section = section("Settings and times");
        for (StageName stage : TinyRecipe.STAGES) {
            if (stage != StageName.REPORT) {
                assertThat(section)
                        .containsPattern("<th scope=\"row\">" + stage.label()
                                + "</th><td>[0-9.]+ s(; training waited [0-9.]+ % of its time for images[^<]*)?</td>");
            }
        }
        assertThat(section).containsPattern("<th scope=\"row\">all stages</th><td>[0-9.]+ s</td>");
        assertThat(section)
                .contains("checkpoint-every: 2", "random-share: 0.5", "images-per-shard: 8", "codebook-size: 16");
    }

    @Test
    void filesLeftOutAreListedWithTheirReason() {
        String details =
                between(section("Settings and times"), "Files left out because they cannot be read: 2", "</details>");
        assertThat(details.lines().toList())
                .hasSize(2)
                .satisfiesExactly(
                        line -> assertThat(line).contains("bars/broken &amp; odd.png: ", "replace it"),
                        line -> assertThat(line).contains("discs/cut.png: ", "truncated"));
        assertThat(NOTES)
                .contains("2 unreadable files are left out, the first being bars/broken & odd.png; the report lists"
                        + " them");
    }

    @Test
    void theProvenanceNamesMachineWeightsAndStages() throws IOException {
        Path run = folder.resolve("run");
        JsonNode written = JSON.readTree(Files.readAllBytes(run.resolve(Pipeline.PROVENANCE)));
        assertThat(written.path("recipe").asString("")).isEqualTo("tiny");
        assertThat(written.path("seed").asLong(0)).isEqualTo(3);
        JsonNode environment = written.path("environment");
        assertThat(environment.path("java").asString("")).startsWith(System.getProperty("java.version"));
        assertThat(environment.propertyNames())
                .contains("program", "machine", "processors", "platform", "libtorch", "blas", "threads");
        assertThat(environment.path("processor").asString(""))
                .isEqualTo(Processor.here().model());
        // The tests run under limits when the processor's are asked for as an older one's (docs/performance.md).
        assertThat(environment.has("instruction limits"))
                .isEqualTo(!Processor.instructionLimits().isEmpty());
        JsonNode fingerprints = written.path("fingerprints");
        for (Arm arm : Arm.OF_A_RECIPE) {
            assertThat(fingerprints.path(arm.label()).asString(""))
                    .isEqualTo(Fingerprint.ofFile(run.resolve(Pipeline.MODEL).resolve(ModelFolder.fileName(arm))));
        }
        assertThat(fingerprints.propertyNames()).contains("images", "tokenizer", "features");
        assertThat(written.path("stages")
                        .valueStream()
                        .map(stage -> stage.path("name").asString("")))
                .containsExactlyElementsOf(
                        TinyRecipe.STAGES.stream().map(StageName::label).toList());
        written.path("stages").valueStream().forEach(stage -> {
            assertThat(stage.path("seconds").asDouble(-1)).isGreaterThanOrEqualTo(0);
            assertThat(stage.path("attempts").asInt(-1)).isEqualTo(1);
            assertThat(stage.path("finished").asString("")).endsWith("Z");
        });
        String foot = html.substring(html.indexOf("<h2>Provenance</h2>"));
        assertThat(foot)
                .contains(
                        environment.path("libtorch").asString("?"),
                        environment.path("java").asString("?"),
                        fingerprints.path("images").asString("?"),
                        fingerprints.path("specialised").asString("?"))
                .containsPattern("processors</th><td>" + Runtime.getRuntime().availableProcessors() + "<");
    }

    /** A run directory in which an earlier version wrote all stages; its results said nothing of codes, its marks nothing of attempts. */
    @Test
    void aReportIsMadeOfWhatAnEarlierVersionLeft() throws IOException {
        Path old = folder.resolve("old");
        try (Stream<Path> files = Files.walk(folder.resolve("run"))) {
            for (Path file : files.toList()) {
                Files.copy(file, old.resolve(folder.resolve("run").relativize(file)));
            }
        }
        try (Stream<Path> files = Files.walk(old.resolve("stages"))) {
            for (Path file :
                    files.filter(path -> path.endsWith(StageDirectory.MARKER)).toList()) {
                ObjectNode marker = (ObjectNode) JSON.readTree(Files.readAllBytes(file));
                marker.remove(List.of("attempts", "finished", "environment"));
                Files.write(file, JSON.writeValueAsBytes(marker));
            }
        }
        asAnEarlierVersionWroteIt(results(old));
        Files.delete(old.resolve(Pipeline.REPORT));
        run(old);

        String report = Files.readString(old.resolve(Pipeline.REPORT));
        assertThat(report)
                .contains("PSNR (dB)<", "share of codes used", "code perplexity (images weighted equally)")
                .contains("s at least; interrupted attempts may be missing", "at an unknown time")
                .contains("share nearer to training than 1 % of test images<");
    }

    private static Path results(Path run) throws IOException {
        try (Stream<Path> files = Files.walk(run.resolve("stages"))) {
            return files.filter(path -> path.endsWith(EvaluationStage.RESULTS))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static void asAnEarlierVersionWroteIt(Path file) throws IOException {
        EvaluationReport report = EvaluationReport.read(file);
        List<EvaluationFigure> figures = report.figures().stream()
                .filter(figure -> !figure.metric().name().contains("code"))
                .toList();
        String json = new EvaluationReport(report.settings(), figures, report.comparisons())
                .json()
                .replaceAll(" *\"version\".*\n", "")
                .replaceAll(",\\s*\"kind\" : \"[a-z-]+\"", "")
                .replace("PSNR (dB, mean of families)", "PSNR (dB)")
                .replace("% of test images (own features)", "% of test images");
        Files.writeString(file, json);
        EvaluationReport.read(file);
    }

    /**
     * A picture of the page.
     *
     * @param description its alternative text
     * @param base64 its file
     * @param width in pixels of its own
     */
    private record Shown(String description, String base64, int width) {}

    /** The PNG pictures of a part of the page, each of which must be readable. */
    private static List<Shown> pictures(String part) throws IOException {
        List<Shown> pictures = new ArrayList<>();
        Matcher found = IMAGE.matcher(part);
        while (found.find()) {
            if (found.group(1).equals("png")) {
                var image = ImageIO.read(
                        new ByteArrayInputStream(Base64.getDecoder().decode(found.group(2))));
                pictures.add(new Shown(
                        found.group(3),
                        found.group(2),
                        Objects.requireNonNull(image).getWidth()));
            }
        }
        return pictures;
    }

    private static String section(String title) {
        return between(html, "<h2>" + title + "</h2>", "</section>");
    }

    private static String between(String text, String from, String to) {
        assertThat(text).contains(from);
        String rest = text.substring(text.indexOf(from) + from.length());
        assertThat(rest).contains(to);
        return rest.substring(0, rest.indexOf(to));
    }

    private static List<String> rowHeadings(String part) {
        return headings(part, "row");
    }

    private static List<String> columnHeadings(String part) {
        return headings(part, "col");
    }

    private static List<String> headings(String part, String scope) {
        return Pattern.compile(String.format(Locale.ROOT, "<th scope=\"%s\"[^>]*>([^<]+)<", scope))
                .matcher(part)
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    private static long count(String text, String wanted) {
        return Pattern.compile(wanted, Pattern.LITERAL).matcher(text).results().count();
    }
}
