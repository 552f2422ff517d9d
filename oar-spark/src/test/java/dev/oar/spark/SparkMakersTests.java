package dev.oar.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.artifact.ModelFolder;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingJob;
import dev.oar.generate.DrawingOrder;
import dev.oar.generate.GenerationRequest;
import dev.oar.piece.MadePieces;
import dev.oar.piece.PieceFile;
import dev.oar.piece.PieceJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What executors make equals what a single process makes, to the byte. */
class SparkMakersTests {
    private static final List<String> NOTES = Collections.synchronizedList(new ArrayList<>());
    private static final SparkMakers MAKERS = new SparkMakers(Cluster.settings(), NOTES::add);

    @TempDir
    private static Path shared;

    @TempDir
    private Path folder;

    @BeforeAll
    static void prepare() throws IOException {
        Cluster.model(shared);
        Cluster.images(shared, 40);
        Cluster.recipe(shared, "{batch-size: 4, images-per-shard: 8}");
    }

    @AfterAll
    static void stop() {
        MAKERS.close();
    }

    @Test
    void tokensAndOrdersOfExecutorsAreThoseOfASingleProcess() throws IOException {
        Path recipe = shared.resolve("recipe.yaml");
        Commands.run(Optional.empty(), "extract", recipe, folder.resolve("alone"));
        Commands.run(Optional.of(MAKERS), "extract", recipe, folder.resolve("spark"));
        assertThat(Cluster.contents(folder.resolve("spark/stages")))
                .isEqualTo(Cluster.contents(folder.resolve("alone/stages")))
                .hasSizeGreaterThan(10);
        assertThat(folder.resolve("spark/pieces")).doesNotExist();
        assertThat(NOTES).contains("orders of train images: 9 of 9 pieces made in 9 attempts");
    }

    @Test
    void imagesDrawnByExecutorsAreThoseOfASingleProcess() throws IOException {
        generate(Optional.empty(), folder.resolve("alone"));
        generate(Optional.of(MAKERS), folder.resolve("spark"));
        assertThat(Cluster.contents(folder.resolve("spark")))
                .isEqualTo(Cluster.contents(folder.resolve("alone")))
                .hasSize(152);
    }

    private static void generate(Optional<SparkMakers> makers, Path out) {
        Commands.run(
                makers,
                "generate",
                "--model",
                shared.resolve("model").toString(),
                "--class",
                "cats",
                "--count",
                "150",
                "--first-index",
                "3",
                "--batch-size",
                "16",
                "--order",
                "dynamic",
                "--out",
                out.toString());
    }

    @Test
    void featuresOfExecutorsAreThoseOfASingleProcess() throws IOException {
        statistics(Optional.empty(), folder.resolve("alone.npz"));
        statistics(Optional.of(MAKERS), folder.resolve("spark.npz"));
        assertThat(folder.resolve("spark.npz")).hasSameBinaryContentAs(folder.resolve("alone.npz"));
        assertThat(folder.resolve("spark.npz.pieces")).doesNotExist();
    }

    private static void statistics(Optional<SparkMakers> makers, Path out) {
        Commands.run(
                makers,
                "statistics",
                shared.resolve("images").toString(),
                "--model",
                shared.resolve("model").toString(),
                "--image-size",
                "16",
                "--batch-size",
                "8",
                "--out",
                out.toString());
    }

    /** What killed tasks leave, a piece that was cut short and one that holds another's content stand where pieces go. */
    @Test
    void whatIsDamagedIsMadeAgainAndWhatIsWholeStays() throws IOException {
        DrawingJob job = job(folder.resolve("out"));
        MAKERS.make(job, done -> {});
        Map<String, String> whole = Cluster.contents(job.folder());
        assertThat(whole).hasSize(job.count()).hasSizeGreaterThan(3);
        Path first = job.folder().resolve(PieceFile.name(job, 0));
        Files.write(first, Arrays.copyOf(Files.readAllBytes(first), 1000));
        Files.copy(
                job.folder().resolve(PieceFile.name(job, 2)),
                job.folder().resolve(PieceFile.name(job, 1)),
                StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(job.folder().resolve("." + PieceFile.name(job, 3) + ".attempt.part"), "half");

        MadePieces pieces = MAKERS.make(job, done -> {});

        assertThat(MAKERS.attempts(job.name())).isEqualTo(Map.of(0, 1, 1, 1));
        assertThat(Cluster.contents(job.folder())).isEqualTo(whole);
        pieces.delete();
        assertThat(job.folder()).doesNotExist();
    }

    @Test
    void aJobOfOtherSettingsTakesNoPieceOfThisOne() throws IOException {
        DrawingJob job = job(folder.resolve("out"));
        DrawingJob other = new DrawingJob(
                job.model(),
                job.arm(),
                job.weights(),
                job.captions(),
                job.negative(),
                job.drawing(),
                job.firstIndex(),
                job.conditions(),
                job.seed() + 1,
                job.batchSize(),
                job.out());
        MAKERS.make(job, done -> {});
        MAKERS.make(other, done -> {}).delete();
        assertThat(MAKERS.attempts(other.name())).hasSize(other.count());
        assertThat(Cluster.contents(job.folder())).as("pieces of the first job").hasSize(job.count());
    }

    @Test
    void aModelThatExecutorsDoNotSeeIsToldInOneSentence() throws IOException {
        PieceJob job = job(folder.resolve("out")).under(Path.of("/nowhere"));
        assertThatThrownBy(() -> MAKERS.make(job, done -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("must see the model's folder, but there is no /nowhere/")
                .hasMessageContaining("start the command again");
    }

    @Test
    void throughAnExchangeFolderOfAnotherFileSystemTheImagesAreTheSame() throws IOException {
        Path exchange = folder.resolve("exchange");
        SparkMakers remote = new SparkMakers(
                Cluster.settings()
                        .set(SparkMakers.EXCHANGE, "remote:" + exchange)
                        .set("spark.hadoop.fs.remote.impl", RemoteFiles.class.getName()),
                NOTES::add);
        MadePieces fetched = remote.make(job(folder.resolve("out")), done -> {});
        MadePieces seen = MAKERS.make(job(folder.resolve("out")), done -> {});
        for (int number = 0; number < job(folder).count(); number++) {
            assertThat(fetched.piece(number).path())
                    .hasSameBinaryContentAs(seen.piece(number).path());
        }
        fetched.delete();
        try (Stream<Path> left = Files.walk(exchange)) {
            assertThat(left.filter(Files::isRegularFile)).isEmpty();
        }
    }

    private static DrawingJob job(Path out) throws IOException {
        ModelFolder model = ModelFolder.open(shared.resolve("model"));
        return DrawingJob.of(
                model,
                model.defaultArm(),
                List.of(),
                Optional.empty(),
                new GenerationRequest(0, new int[200], 0, 16, Drawing.of(new DrawingOrder.Raster(0))),
                out);
    }
}
