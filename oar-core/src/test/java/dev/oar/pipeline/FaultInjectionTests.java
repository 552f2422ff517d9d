package dev.oar.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A few of the faults that {@code .ci/faults} puts in by the hundred. */
@EnabledOnOs({OS.LINUX, OS.MAC})
@ExtendWith(NativeMemory.class)
class FaultInjectionTests {
    /** One of each kind: as soon as something is said, when a file is being written, and a moment after. */
    private static final int[] KILLS = {2, 3, 4};

    @TempDir
    Path folder;

    @Test
    void killsFullDisksAndFailedReadsLoseNothingAndLeaveNothingHalfWritten() throws IOException {
        FaultInjection faults = new FaultInjection(folder);
        for (int number : KILLS) {
            assertThat(faults.kill(number)).as("kill " + number).isNotBlank();
        }
        assertThat(faults.failRead(1)).as("read 1").isNotBlank();
        assertThat(faults.fillDisk(1)).as("disk 1").isNotBlank();
    }

    @Test
    void aFileThatWasCutShortIsFound() throws IOException {
        Path run = Files.createDirectories(folder.resolve("run/stages/tokens-1"));
        Path file = Files.writeString(run.resolve("manifest.json"), "{\"whole\": true}\n");
        Map<String, String> whole = RunFiles.contents(folder.resolve("run"));
        RunFiles.requireComplete(folder.resolve("run"), whole);
        Files.writeString(run.resolve(".manifest.json.part"), "{\"wh");
        RunFiles.requireComplete(folder.resolve("run"), whole);
        for (String half : List.of("", "{\"whole\": tr")) {
            Files.writeString(file, half);
            assertThatThrownBy(() -> RunFiles.requireComplete(folder.resolve("run"), whole))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("stages/tokens-1/manifest.json stands under its final name");
        }
        Files.writeString(file, "{\"whole\": true}\n");
        Path marker = Files.writeString(run.resolve(StageDirectory.MARKER), "{\"stage\" : \"tokens\"");
        assertThatThrownBy(() -> RunFiles.requireComplete(folder.resolve("run"), whole))
                .hasMessageContaining("has no end");
        Files.delete(marker);
        Path checkpoint = Files.createDirectories(run.resolve("checkpoints/step-00000002"));
        Files.writeString(checkpoint.resolve("weights.safetensors"), "");
        assertThatThrownBy(() -> RunFiles.requireComplete(folder.resolve("run"), whole))
                .hasMessageContaining("cannot be read");
    }
}
