package dev.oar.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.file.CorruptFileException;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tensor.Weights;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NativeMemory.class)
class CheckpointTests {
    private static final Map<String, String> STATE = Map.of("seed", "7", "recipe", "a: 1\nb: \"ü\"\n");

    @TempDir
    Path root;

    @Test
    void loadingWhatWasSavedGivesTheSameWeightsAndState() throws IOException {
        try (Weights model = weights(1);
                Weights optimizer = weights(2)) {
            Path saved = Checkpoint.save(root, 1000, Map.of("model", model, "optimizer", optimizer), STATE, 2);
            assertThat(saved).isEqualTo(root.resolve("step-00001000"));
            Checkpoint checkpoint = Checkpoint.latest(root).orElseThrow();
            assertThat(checkpoint.step()).isEqualTo(1000);
            assertThat(checkpoint.state()).isEqualTo(STATE);
            assertThat(checkpoint.groups()).containsExactlyInAnyOrder("model", "optimizer");
            try (Weights loaded = checkpoint.weights("model")) {
                assertThat(Fingerprint.of(loaded))
                        .isEqualTo(Fingerprint.of(model))
                        .isNotEqualTo(Fingerprint.of(optimizer));
            }
        }
    }

    @Test
    void noCheckpointIsFoundWhereNoneWasSaved() throws IOException {
        assertThat(Checkpoint.latest(root)).isEmpty();
        assertThat(Checkpoint.latest(root.resolve("missing"))).isEmpty();
    }

    @Test
    void onlyTheNewestAreKept() throws IOException {
        for (int step = 1; step <= 5; step++) {
            save(step, 2);
        }
        assertThat(names()).containsExactly("step-00000004", "step-00000005");
    }

    @Test
    void theOneJustSavedIsKeptEvenIfOthersAreFurther() throws IOException {
        save(10, 3);
        save(20, 3);
        save(5, 2);
        assertThat(names()).containsExactly("step-00000005", "step-00000020");
    }

    @Test
    void savingAStepAgainReplacesIt() throws IOException {
        for (int seed = 1; seed <= 3; seed++) {
            try (Weights model = weights(seed)) {
                Checkpoint.save(root, 8, Map.of("model", model), STATE, 1);
                assertThat(names()).hasSize(1);
                try (Weights loaded = Checkpoint.latest(root).orElseThrow().weights("model")) {
                    assertThat(Fingerprint.of(loaded)).isEqualTo(Fingerprint.of(model));
                }
            }
        }
    }

    @Test
    void aKillBeforeTheRenameLeavesTheLastCompleteCheckpointAndIsCleanedUp() throws IOException {
        save(1, 3);
        Path half = Files.createDirectory(root.resolve(".step-00000002.part"));
        Files.write(half.resolve("model.safetensors"), new byte[10]);
        assertThat(Checkpoint.latest(root).orElseThrow().step()).isEqualTo(1);
        save(2, 3);
        assertThat(names()).containsExactly("step-00000001", "step-00000002");
    }

    @Test
    void aKillWhileAnOldOneIsDeletedLeavesTheLastCompleteCheckpointAndIsCleanedUp() throws IOException {
        save(1, 3);
        save(2, 3);
        Files.move(root.resolve("step-00000001"), root.resolve(".step-00000001.old"));
        Files.delete(root.resolve(".step-00000001.old/state.json"));
        assertThat(Checkpoint.latest(root).orElseThrow().step()).isEqualTo(2);
        save(3, 3);
        assertThat(names()).containsExactly("step-00000002", "step-00000003");
    }

    @Test
    void aKillBetweenSavingAStepAgainAndRemovingTheFirstLeavesTheSecond() throws IOException {
        save(1, 1);
        Path first = root.resolve("step-00000001");
        Path aside = Files.move(first, root.resolve("aside"));
        save(1, 1);
        Files.move(first, root.resolve("step-00000001-2"));
        Files.move(aside, first);
        assertThat(Checkpoint.latest(root).orElseThrow().directory()).isEqualTo(root.resolve("step-00000001-2"));
        save(1, 1);
        assertThat(names()).containsExactly("step-00000001-3");
    }

    @Test
    void aFailedSaveLeavesTheOldOnesAndNothingElse() throws IOException {
        save(1, 1);
        try (Weights model = weights(1)) {
            assertThatThrownBy(() -> new CheckpointDirectories(root).write(2, directory -> {
                        CheckpointManifest.write(directory, 2, Map.of("model", model), STATE);
                        throw new IOException("No space left on device");
                    }))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("step-00000002")
                    .hasMessageContaining("No space left on device");
        }
        assertThat(names()).containsExactly("step-00000001");
    }

    @Test
    void aDamagedCheckpointIsNamedAndNotPassedOver() throws IOException {
        save(1, 2);
        Path latest = save(2, 2);
        Path weights = latest.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length - 1] ^= 1;
        Files.write(weights, bytes);
        assertThatThrownBy(() -> Checkpoint.latest(root).orElseThrow().weights("model"))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("step-00000002")
                .hasMessageContaining("checksum");
        Files.write(weights, new byte[3]);
        assertThatThrownBy(() -> Checkpoint.latest(root))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("has 3");
        Files.delete(weights);
        assertThatThrownBy(() -> Checkpoint.latest(root))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("missing");
        for (String state : List.of("", "[]", "{", "{\"format\":\"oar-checkpoint\",\"version\":2}", "\0\1", "null")) {
            Files.writeString(latest.resolve("state.json"), state);
            assertThatThrownBy(() -> Checkpoint.latest(root))
                    .as(state)
                    .isInstanceOf(CorruptFileException.class)
                    .hasMessageContaining("state.json");
        }
    }

    @Test
    void aMissingGroupOrTextIsNamed() throws IOException {
        Checkpoint checkpoint = Checkpoint.open(save(1, 1));
        assertThat(checkpoint.has("ema")).isFalse();
        assertThat(checkpoint.state("seed")).isEqualTo("7");
        assertThatThrownBy(() -> checkpoint.weights("ema")).hasMessageContaining("'ema'");
        assertThatThrownBy(() -> checkpoint.state("speed")).hasMessageContaining("'speed'");
    }

    @Test
    void groupNamesCannotLeaveTheDirectory() {
        try (Weights model = weights(1)) {
            assertThatThrownBy(() -> Checkpoint.save(root, 1, Map.of("../model", model), STATE, 1))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private Path save(long step, int keep) throws IOException {
        try (Weights model = weights(step)) {
            return Checkpoint.save(root, step, Map.of("model", model), STATE, keep);
        }
    }

    private List<String> names() throws IOException {
        try (var files = Files.list(root)) {
            return files.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    private static Weights weights(long seed) {
        try (TensorScope ignored = TensorScope.open()) {
            return Weights.owning(Map.of("a.weight", Tensors.normal(seed, 3, 4), "b", Tensors.of(new int[] {1, 2}, 2)));
        }
    }
}
