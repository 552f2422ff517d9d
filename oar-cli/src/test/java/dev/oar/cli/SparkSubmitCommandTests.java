package dev.oar.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is submitted to Spark is said before it is, and refused in a sentence where it cannot be. */
class SparkSubmitCommandTests {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"evaluate", "tokenise"})
    void anUnknownTaskIsRefusedWithTheKnownOnes(String task) {
        Session session = new Session();
        assertThat(session.run("spark-submit", task, "recipe.yaml")).isEqualTo(1);
        assertThat(session.err()).contains("generate, features, pretrain, finetune, run, but '" + task + "' is none");
    }

    @Test
    void aSubmissionWithoutATaskIsRefused() {
        Session session = new Session();
        assertThat(session.run("spark-submit")).isEqualTo(1);
        assertThat(session.err()).contains("generate, features, pretrain, finetune, run, but there is none");
    }

    @Test
    void wrongOptionsOfATaskAreRefusedBeforeAnythingIsStarted() {
        Session session = new Session();
        assertThat(session.run("spark-submit", "extract", "recipe.yaml", "--outt", "run"))
                .isNotZero();
        assertThat(session.err()).contains("--out").contains("oar extract --help");
    }

    @ParameterizedTest
    @ValueSource(strings = {"local", "local[2]", "local-cluster[2,1]"})
    void aMasterWithoutExecutorsIsRefused(String master) {
        assertThatThrownBy(() -> new SparkSubmission(master, null, List.of(), null, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("local-cluster[EXECUTORS,CORES,MIB]");
    }

    @Test
    void aSparkThatIsNotThereIsRefused() {
        assertThatThrownBy(() -> SparkHome.of(folder, Map.of("SPARK_HOME", folder.toString())))
                .hasMessageContaining("SPARK_HOME must be a distribution of Spark");
        assertThatThrownBy(() -> SparkHome.of(folder, Map.of())).hasMessageContaining("built when");
    }

    @Test
    void executorsAreGivenCoresMemoryAndVariablesAndWhatTheUserSaysComesLast() throws IOException {
        SparkSubmission submission = new SparkSubmission(
                "local-cluster[2,3,4096]", null, List.of("spark.executor.memory=2g"), "s3a://bucket/oar", false);
        List<String> options = submission.options(
                SparkTask.EXTRACT,
                folder,
                Map.of("OMP_WAIT_POLICY", "PASSIVE", "HOME", "/nowhere"),
                new SparkMemory(100 << 20, "a test"));
        assertThat(options)
                .contains(
                        "spark.executor.cores=3",
                        "spark.task.cpus=3",
                        "spark.executor.memoryOverhead=612m",
                        "spark.oar.exchange=s3a://bucket/oar",
                        "spark.executorEnv.OMP_WAIT_POLICY=PASSIVE")
                .noneMatch(option -> option.contains("/nowhere"))
                .endsWith(
                        "--conf",
                        "spark.executor.memory=2g",
                        folder.resolve("oar-spark/target/oar-spark.jar").toString());
        assertThat(String.join(" ", options)).contains("-Doar.threads=3").contains("-Doar.blas=");
    }

    @Test
    void aTrainingHasAnExecutorForEveryRankFromBeginningToEnd() {
        SparkSubmission here = new SparkSubmission("local-cluster[3,2,4096]", null, List.of(), null, false);
        assertThat(SparkTraining.of(null, here).settings())
                .containsExactly(
                        "spark.oar.ranks=3",
                        "spark.executor.instances=3",
                        "spark.cores.max=6",
                        "spark.dynamicAllocation.enabled=false");
        SparkSubmission yarn = new SparkSubmission("yarn", 8, List.of("spark.cores.max=1"), null, false);
        List<String> settings = SparkTraining.of(4, yarn).settings();
        assertThat(settings).contains("spark.oar.ranks=4", "spark.cores.max=32");
        assertThat(yarn.with(settings).settings())
                .startsWith("spark.oar.ranks=4")
                .endsWith("spark.cores.max=1");
    }

    @Test
    void ranksThatCannotBeStartedAreRefused() {
        SparkSubmission here = new SparkSubmission("local-cluster[2,1,4096]", null, List.of(), null, false);
        assertThatThrownBy(() -> SparkTraining.of(3, here))
                .hasMessageContaining("there are 3 ranks and --master local");
        assertThatThrownBy(() -> SparkTraining.of(0, here)).hasMessageContaining("--ranks must be at least 1");
        assertThatThrownBy(() -> SparkTraining.of(null, new SparkSubmission("yarn", 8, List.of(), null, false)))
                .hasMessageContaining("--ranks is missing");
        for (SparkSubmission elsewhere : List.of(
                new SparkSubmission("yarn", 8, List.of(), "s3a://bucket/oar", false),
                new SparkSubmission("yarn", 8, List.of(), null, true))) {
            assertThatThrownBy(() -> SparkTraining.of(2, elsewhere)).hasMessageContaining("--ship or --exchange");
        }
        Session session = new Session();
        assertThat(session.run("spark-submit", "extract", "recipe.yaml", "--out", "run", "--ranks", "2"))
                .isEqualTo(1);
        assertThat(session.err()).contains("--ranks goes with tasks that train, but extract makes pieces");
    }

    @Test
    void memoryOfARankHasRoomForItsOwnHeap() {
        Session session = new Session();
        Path recipe = Path.of("../recipes/noto-emoji-64.yaml");
        int code = session.run("spark-submit", "run", recipe.toString(), "--out", "run", "--dry-run");
        assertThat(code).isBetween(0, 1);
        assertThat(session.out())
                .containsPattern("MiB outside the heap: .* by the estimate of .* and the heap of a rank");
    }

    @Test
    void memoryOutsideTheHeapIsThatOfTheEstimate() throws IOException {
        Path recipe = Path.of("../recipes/noto-emoji-64.yaml");
        Session session = new Session();
        int code = session.run("spark-submit", "extract", recipe.toString(), "--out", "run", "--dry-run");
        // Without the launcher there is no Spark here; what is estimated is told before it is looked for.
        assertThat(code).isBetween(0, 1);
        assertThat(session.out()).containsPattern("each executor is given \\d+ MiB outside the heap: 512 for LibTorch");
    }

    @Test
    void aShellReadsTheLineAsItsWords() {
        assertThat(SparkSubmission.quoted(Map.of("X", "1"), List.of("a", "local-cluster[2,1,4096]", "it's")))
                .isEqualTo("X=1 a 'local-cluster[2,1,4096]' 'it'\\''s'");
    }
}
