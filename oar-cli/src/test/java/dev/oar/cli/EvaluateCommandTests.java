package dev.oar.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.oar.artifact.ModelFolder;
import dev.oar.config.RecipeReader;
import dev.oar.evaluate.EvaluationReport;
import dev.oar.image.PngFile;
import dev.oar.image.RgbImage;
import dev.oar.measure.SampleDescription;
import dev.oar.order.CounterRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sets of images compared by the command, in the feature space of the bundled model. */
class EvaluateCommandTests {
    private static final String MODEL = "../models/noto-emoji-64";

    @TempDir
    private Path folder;

    private Path samples;
    private Path reference;

    @BeforeEach
    void write() throws IOException {
        samples = pictures("samples", 12, 64, 40);
        reference = pictures("reference", 14, 64, 0);
    }

    @Test
    void theTableIsPrintedAndTheSameInputsGiveTheSameBytes() throws IOException {
        for (String out : new String[] {"first", "second"}) {
            Session session = new Session();
            assertThat(session.run(
                            "evaluate",
                            "--samples-dir",
                            samples.toString(),
                            "--reference",
                            reference.toString(),
                            "--model",
                            MODEL,
                            "--subsamples",
                            "4",
                            "--out",
                            folder.resolve(out).toString()))
                    .as(session.err())
                    .isZero();
            assertThat(session.out())
                    .contains("FD (own features)", "KD (own features)", "recall (own features)", "samples");
            assertThat(session.err()).contains("biased upwards");
        }
        for (String file : new String[] {"results.json", "results.csv", "report.html"}) {
            assertThat(folder.resolve("first").resolve(file))
                    .hasSameBinaryContentAs(folder.resolve("second").resolve(file));
        }
    }

    @Test
    void imagesOfMixedSizesAreRefusedUntilASizeIsGiven() throws IOException {
        Path mixed = pictures("mixed", 8, 64, 0);
        Files.write(mixed.resolve("other.png"), PngFile.encode(picture(1, 30, 0)));
        Session session = new Session();
        assertThat(evaluate(session, mixed)).isEqualTo(1);
        assertThat(session.err()).contains("images must be of one size").hasLineCount(1);
        Session sized = new Session();
        assertThat(evaluate(sized, mixed, "--image-size", "64")).as(sized.err()).isZero();
    }

    @Test
    void contentDecidesWhatIsMeasuredAndWhatIsNotIsNamed() throws IOException {
        Files.write(samples.resolve("noending"), PngFile.encode(picture(20, 64, 0)));
        Files.writeString(samples.resolve("notes.txt"), "no image");
        Session session = new Session();
        assertThat(evaluate(session, samples)).as(session.err()).isZero();
        assertThat(session.err())
                .contains("note: 13 images of " + samples + " are read, other files are left out, 1: notes.txt");
        assertThat(EvaluationReport.read(folder.resolve("out/results.json")).settings())
                .containsEntry("sample count", "13")
                .containsEntry("sample files left out", "1: notes.txt")
                .doesNotContainKey("reference files left out");

        Files.writeString(reference.resolve("other.tiff"), "II*\0" + "a".repeat(20));
        Session other = new Session();
        assertThat(evaluate(other, samples)).isEqualTo(1);
        assertThat(other.err())
                .contains("other.tiff is a TIFF image, but only PNG, JPEG, WebP, GIF and BMP images are read");
    }

    @Test
    void resultsWithinMeasuredImagesAreRefusedBeforeAnythingIsWritten() {
        for (Path set : List.of(samples, reference)) {
            Path out = set.resolve("out");
            Session session = new Session();
            assertThat(evaluate(session, samples, reference, out)).isEqualTo(1);
            assertThat(session.err())
                    .contains("results may not lie within the images")
                    .hasLineCount(1);
            assertThat(out).doesNotExist();
        }
        Session training = new Session();
        assertThat(evaluate(training, samples, "--training", folder.toString())).isEqualTo(1);
        assertThat(training.err()).contains("results may not lie within the images");
        Session drawn = new Session();
        assertThat(measureModel(drawn, reference.resolve("deep"), "8")).isEqualTo(1);
        assertThat(drawn.err()).contains("results may not lie within the images");
        Session batch = new Session();
        assertThat(measureModel(
                        batch,
                        folder.resolve("out"),
                        "8",
                        "--npz",
                        reference.resolve("batch.npz").toString()))
                .isEqualTo(1);
        assertThat(batch.err()).contains("results may not lie within the images");
    }

    @Test
    void whatIsMissingOrDoesNotFitIsOneSentence() throws IOException {
        Session alone = new Session();
        assertThat(alone.run("evaluate", "--samples-dir", samples.toString(), "--out", folder.toString()))
                .isEqualTo(1);
        assertThat(alone.err()).contains("measured against a --reference").hasLineCount(1);

        Session protocol = new Session();
        assertThat(evaluate(protocol, samples, "--protocol", "adm")).isEqualTo(1);
        assertThat(protocol.err()).contains("there is no --inception").hasLineCount(1);

        Session recipe = new Session();
        assertThat(recipe.run("evaluate", "r.yaml", "--reference", reference.toString(), "--out", folder.toString()))
                .isEqualTo(1);
        assertThat(recipe.err())
                .contains("a recipe says itself how its arms are measured")
                .hasLineCount(1);

        Session empty = new Session();
        assertThat(evaluate(empty, Files.createDirectories(folder.resolve("empty"))))
                .isEqualTo(1);
        assertThat(empty.err()).hasLineCount(1);

        Path text = Files.writeString(folder.resolve("weights.pth"), "no weights");
        Session damaged = new Session();
        assertThat(evaluate(damaged, samples, "--inception", text.toString())).isEqualTo(1);
        assertThat(damaged.err()).contains("weights.pth").hasLineCount(1);
    }

    @Test
    void whatAModelDrawsIsMeasuredAndGoesOnWhereItWas() throws IOException {
        Path out = folder.resolve("model");
        Session first = new Session();
        assertThat(measureModel(first, out, "40", "--guidance-search", "1:1.5:0.5", "--search-samples", "20"))
                .as(first.err())
                .isZero();
        assertThat(first.out())
                .contains("best guidance scale: 1", "search, guidance scale 1.5", "noto-emoji-64, specialised");
        byte[] results = Files.readAllBytes(out.resolve("results.json"));
        FileTime drawn = Files.getLastModifiedTime(out.resolve("samples/samples-00000.safetensors"));
        Path batch = folder.resolve("batch.npz");
        Session again = new Session();
        assertThat(measureModel(
                        again,
                        out,
                        "40",
                        "--guidance-search",
                        "1:1.5:0.5",
                        "--search-samples",
                        "20",
                        "--npz",
                        batch.toString()))
                .as(again.err())
                .isZero();
        assertThat(Files.readAllBytes(out.resolve("results.json"))).isEqualTo(results);
        assertThat(Files.getLastModifiedTime(out.resolve("samples/samples-00000.safetensors")))
                .isEqualTo(drawn);

        Session fromBatch = new Session();
        assertThat(evaluate(fromBatch, batch)).as(fromBatch.err()).isZero();

        Session other = new Session();
        assertThat(measureModel(other, out, "40", "--temperature", "0.5")).isEqualTo(1);
        assertThat(other.err())
                .contains("samples go on in a folder only with the same weights")
                .hasLineCount(1);
    }

    @Test
    void classesAreDrawnInTheSharesOfTheReferenceOrEquallyOftenWithANote() throws IOException {
        Session unknown = new Session();
        assertThat(measureModel(unknown, folder.resolve("unknown"), "8"))
                .as(unknown.err())
                .isZero();
        assertThat(unknown.err()).contains("all classes are drawn equally often");
        List<String> classes = ModelFolder.open(Path.of(MODEL)).manifest().classes();
        reference = Files.createDirectories(folder.resolve("by class"));
        for (int image = 0; image < 8; image++) {
            Path directory = Files.createDirectories(reference.resolve(classes.get(image < 6 ? 1 : 0)));
            Files.write(directory.resolve(image + ".png"), PngFile.encode(picture(image, 64, 0)));
        }
        Path out = folder.resolve("known");
        Session known = new Session();
        assertThat(measureModel(known, out, "8")).as(known.err()).isZero();
        assertThat(known.err()).doesNotContain("equally often");
        assertThat(EvaluationReport.read(out.resolve("results.json")).settings())
                .containsEntry("sample classes", "in the shares of the reference");
        SampleDescription description = RecipeReader.read(out.resolve("samples/samples.yaml"), SampleDescription.class);
        assertThat(description.classes().shares()).startsWith(0.25, 0.75).hasSize(classes.size());
    }

    @Test
    void tooFewImagesForTheDistanceOfUnlimitedSamplesAreRefusedBeforeTheyAreDrawn() {
        Session session = new Session();
        Path out = folder.resolve("unlimited");
        assertThat(measureModel(session, out, "40", "--fid-infinity")).isEqualTo(1);
        assertThat(session.err()).contains("there are 40 images for").hasLineCount(1);
        assertThat(out.resolve("samples")).doesNotExist();
    }

    @Test
    void statisticsOfAReferenceStandInForItsImagesWhereDistancesAreAsked() throws IOException {
        Path statistics = folder.resolve("reference.npz");
        Session writing = new Session();
        assertThat(writing.run("statistics", reference.toString(), "--model", MODEL, "--out", statistics.toString()))
                .as(writing.err())
                .isZero();
        Session images = new Session();
        assertThat(evaluate(images, samples)).as(images.err()).isZero();
        EvaluationReport whole = EvaluationReport.read(folder.resolve("out/results.json"));
        Path wholeReference = reference;
        reference = statistics;
        Session fromStatistics = new Session();
        assertThat(evaluate(fromStatistics, samples)).as(fromStatistics.err()).isZero();
        EvaluationReport distances = EvaluationReport.read(folder.resolve("out/results.json"));
        assertThat(distances.figures())
                .singleElement()
                .satisfies(figure -> assertThat(figure.value().point())
                        .isCloseTo(whole.figures().get(0).value().point(), within(1e-6)));
        assertThat(fromStatistics.err()).contains("the reference is given by its statistics");
        reference = wholeReference;

        Session other = new Session();
        assertThat(other.run("statistics", reference.toString(), "--model", MODEL, "--out", "statistics.txt"))
                .isEqualTo(1);
        assertThat(other.err()).contains("ends in .npz").hasLineCount(1);
    }

    @Test
    void resultsMadeWithAnotherReferenceAreNotCompared() throws IOException {
        Path first = folder.resolve("first");
        Path second = folder.resolve("second");
        for (Path out : List.of(first, second)) {
            Session session = new Session();
            assertThat(evaluate(session, samples, out.equals(first) ? reference : samples, out))
                    .isZero();
        }
        Session same = new Session();
        assertThat(same.run("compare", first.toString(), first.toString())).isZero();
        assertThat(same.out()).contains("no significant difference");
        Session differing = new Session();
        assertThat(differing.run("compare", first.toString(), second.toString()))
                .isEqualTo(1);
        assertThat(differing.err()).contains("their 'reference' differs").hasLineCount(1);
    }

    @Test
    void optionsOfOneWayGivenWithAnotherAreOneSentence() {
        Session session = new Session();
        assertThat(evaluate(session, samples, "--guidance-search", "1:2:0.5")).isEqualTo(1);
        assertThat(session.err()).contains("go with --samples").hasLineCount(1);
        Session range = new Session();
        assertThat(measureModel(range, folder.resolve("range"), "8", "--guidance-search", "2:1:0.5"))
                .isEqualTo(1);
        assertThat(range.err()).contains("1:4:0.2 is usual").hasLineCount(1);
    }

    private int measureModel(Session session, Path out, String count, String... more) {
        List<String> all = new ArrayList<>(List.of(
                "evaluate",
                "--samples",
                count,
                "--model",
                MODEL,
                "--reference",
                reference.toString(),
                "--order",
                "random",
                "--steps",
                "4",
                "--subsamples",
                "2",
                "--out",
                out.toString()));
        all.addAll(List.of(more));
        return session.run(all.toArray(String[]::new));
    }

    private int evaluate(Session session, Path set, String... more) {
        return evaluate(session, set, reference, folder.resolve("out"), more);
    }

    private int evaluate(Session session, Path set, Path against, Path out, String... more) {
        boolean otherNetwork = more.length > 0 && (more[0].equals("--inception") || more[0].equals("--protocol"));
        String[] usual = {
            "evaluate",
            "--samples-dir",
            set.toString(),
            "--reference",
            against.toString(),
            "--subsamples",
            "2",
            "--out",
            out.toString()
        };
        List<String> all = new ArrayList<>(List.of(usual));
        all.addAll(List.of(more));
        if (!otherNetwork) {
            all.addAll(List.of("--model", MODEL));
        }
        return session.run(all.toArray(String[]::new));
    }

    private Path pictures(String name, int count, int side, int shift) throws IOException {
        Path directory = Files.createDirectories(folder.resolve(name));
        for (int i = 0; i < count; i++) {
            Files.write(directory.resolve(i + ".png"), PngFile.encode(picture(i, side, shift)));
        }
        return directory;
    }

    private static RgbImage picture(int number, int side, int shift) {
        CounterRandom random = CounterRandom.of(number, "picture " + shift);
        byte[] rgb = new byte[side * side * 3];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (shift + random.integer(200, i / 48));
        }
        return new RgbImage(side, side, rgb);
    }
}
