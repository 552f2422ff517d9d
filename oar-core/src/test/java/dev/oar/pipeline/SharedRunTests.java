package dev.oar.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.group.ProcessGroup;
import dev.oar.tensor.Device;
import dev.oar.tensor.LibTorch;
import dev.oar.testing.RankProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs by several processes. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class SharedRunTests {
    private static final int RANKS = 2;
    private static final int SECONDS = 120;

    @TempDir
    Path folder;

    private Path images;

    @BeforeEach
    void writeImages() throws IOException {
        LibTorch.load();
        images = TinyRecipe.images(folder.resolve("images"), 8);
    }

    private List<RankProcess> start(Path run) throws IOException {
        return RankProcess.start(RANKS, 1, folder, RunRank.class, List.of(images.toString(), run.toString(), "3"));
    }

    private static void endAll(List<RankProcess> ranks) throws Exception {
        for (RankProcess rank : ranks) {
            assertThat(rank.end(SECONDS)).as(String.join("\n", rank.lines())).isZero();
        }
    }

    @Test
    void aRunThatLosesARankLeavesTheFilesOfAnUndisturbedOneWhenItIsGivenAgain() throws Exception {
        Path whole = folder.resolve("whole");
        List<RankProcess> undisturbed = start(whole);
        endAll(undisturbed);
        assertThat(undisturbed.get(1).lines())
                .as("rank 1 does its part of trainings of any-order models, and nothing else")
                .contains("pretraining training 6", "finetuning training 4")
                .allMatch(line -> line.contains(" training ") && !line.startsWith("tokenizer"));
        assertThat(Files.readString(whole.resolve(Pipeline.PROVENANCE))).contains("\"processes\" : \"2\"");

        Path broken = folder.resolve("broken");
        List<RankProcess> ranks = start(broken);
        RankProcess lost = ranks.get(1);
        for (String line = ""; !"pretraining training 3".equals(line); ) {
            line = lost.next();
            assertThat(line).as(lost.lines().toString()).isNotNull();
        }
        lost.kill();
        RankProcess other = ranks.get(0);
        assertThat(other.end(ProcessGroup.SECONDS_UNTIL_LOST))
                .as(other.lines().toString())
                .isEqualTo(RunRank.REFUSED);
        assertThat(other.lines().get(other.lines().size() - 1)).startsWith(RunRank.REFUSAL + "rank 1 of 2 was lost (");
        lost.close();
        endAll(start(broken));
        assertThat(RunFiles.contents(broken)).isEqualTo(RunFiles.contents(whole));
    }

    @Test
    void ranksThatRunAnotherRecipeAreRefused() throws Exception {
        Recipe recipe = TinyRecipe.of(images, "dual-position");
        List<Future<String>> ranks = RankProcess.threads(RANKS, group -> {
            Recipe own = group.isFirst() ? recipe : recipe.withSeed(4);
            SharedRun.requireAlike(group, own, StageName.REPORT, Device.CPU);
            return "alike";
        });
        for (Future<String> rank : ranks) {
            assertThatThrownBy(rank::get)
                    .cause()
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith(
                            "all ranks must have one seed, but that of rank 1 is 4 and that of rank 0 is 3; ");
        }
    }

    @Test
    void aRankThatDoesNotSeeTheFolderOfTheFirstIsNamed() throws Exception {
        Path run = Files.createDirectory(folder.resolve("run"));
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        List<Future<String>> ranks = RankProcess.threads(RANKS, group -> {
            SharedRun.requireSeen(group, group.isFirst() ? run : elsewhere, Duration.ofSeconds(1));
            return "seen";
        });
        String sentence = "all ranks must see the folder that rank 0 writes to, but rank 1 does not find its file in "
                + elsewhere + "; ";
        assertThatThrownBy(ranks.get(1)::get).cause().hasMessageStartingWith(sentence);
        assertThatThrownBy(ranks.get(0)::get).cause().hasMessageStartingWith("rank 1 of 2 has failed: " + sentence);
        assertThat(run).isEmptyDirectory();
    }
}
