package dev.oar.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.tensor.Device;
import dev.oar.tensor.Precision;
import dev.oar.tensor.UserCache;
import dev.oar.tensor.WeightFormat;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The probe itself: what it finds depends on the machine, so that only its form is asked for. */
@Tag("processor")
@ExtendWith(NativeMemory.class)
class MachineProfilesTests {
    @TempDir
    Path folder;

    @Test
    void everyOperationIsMeasuredToldOfOnceAndKept() throws IOException {
        List<String> told = new ArrayList<>();
        MachineProfile measured = in(folder.resolve("cache"), () -> MachineProfiles.measure(Device.CPU, told::add));
        for (TrainingWork work : TrainingWork.values()) {
            assertThat(measured.training().get(work)).containsOnlyKeys(Precision.values());
        }
        for (ProductRows rows : ProductRows.values()) {
            assertThat(measured.products().get(rows)).containsOnlyKeys(WeightFormat.values());
        }
        assertThat(told).singleElement().asString().startsWith("measured this machine once (");
        try (var files = Files.list(folder.resolve("cache"))) {
            assertThat(files).as("one entry").hasSize(1);
        }
        assertThat(MachineProfiles.of(Device.CPU, told::add)).isEqualTo(measured);
        assertThat(told).as("known now").hasSize(1);
    }

    @Test
    void aFolderThatCannotBeWrittenIsToldOfAndTheResultUsedAllTheSame() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "no folder");
        List<String> told = new ArrayList<>();
        MachineProfile measured = in(file.resolve("cache"), () -> MachineProfiles.measure(Device.CPU, told::add));
        assertThat(measured.summary()).contains("tokenizers train fastest in");
        assertThat(told).hasSize(2).last().asString().contains("XDG_CACHE_HOME");
    }

    private static MachineProfile in(Path cache, java.util.function.Supplier<MachineProfile> measurement) {
        String before = System.setProperty(UserCache.PROPERTY, cache.toString());
        try {
            return measurement.get();
        } finally {
            if (before == null) {
                System.clearProperty(UserCache.PROPERTY);
            } else {
                System.setProperty(UserCache.PROPERTY, before);
            }
        }
    }
}
