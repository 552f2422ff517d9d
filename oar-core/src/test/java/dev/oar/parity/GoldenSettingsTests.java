package dev.oar.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.file.CorruptFileException;
import dev.oar.testing.Golden;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No setting of a case is passed over. */
@ExtendWith(NativeMemory.class)
class GoldenSettingsTests {
    @TempDir
    Path directory;

    static List<Golden> cases() {
        return GoldenCasesTests.cases();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aSettingThatTheComparisonDoesNotUseIsNamed(Golden golden) throws IOException {
        Path folder = edited(golden, GoldenFolder.CONFIG, "\\{", "{\"drop_path\": 0.1, ");
        assertThatThrownBy(() -> GoldenCases.compare(folder))
                .as(golden.toString())
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("config.json holds the setting 'drop_path', which its comparison does not use");
    }

    @Test
    void aMisspeltSettingIsNamedWithTheNearestKnownOne() throws IOException {
        Path folder = edited(Golden.resource("randar-tiny"), GoldenFolder.CONFIG, "\"rope_base\"", "\"rope_bse\"");
        assertThatThrownBy(() -> GoldenCases.compare(folder))
                .hasMessageContaining("'rope_bse'")
                .hasMessageContaining("the nearest setting that it knows is 'rope_base'");
    }

    @Test
    void aSettingOfOneGenerationIsNamedWithItsPlace() throws IOException {
        Path folder = edited(Golden.resource("randar-gqa"), GoldenFolder.CONFIG, "\"batch\"", "\"btch\"");
        assertThatThrownBy(() -> GoldenCases.compare(folder)).hasMessageContaining("'generate[0].btch'");
    }

    @Test
    void theRotaryBaseAmongTheSizesIsUsed() throws IOException {
        Golden golden = Golden.resource("randar-train");
        assertThat(GoldenCases.compare(edited(golden, GoldenFolder.CONFIG, "\"dim\"", "\"rope_base\": 10000, \"dim\"")))
                .allMatch(Comparison::passed);
        assertThat(GoldenCases.compare(edited(golden, GoldenFolder.CONFIG, "\"dim\"", "\"rope_base\": 10, \"dim\"")))
                .anyMatch(comparison -> !comparison.passed());
        Path both =
                edited(Golden.resource("randar-tiny"), GoldenFolder.CONFIG, "\"dim\"", "\"rope_base\": 10, \"dim\"");
        assertThatThrownBy(() -> GoldenCases.compare(both))
                .hasMessageContaining("must have 10.0 as the setting 'rope_base'");
    }

    @Test
    void aRateScheduleIsComparedWithTheOneOfItsName() throws IOException {
        Golden golden = Golden.resource("schedules");
        String rates = "learning_rate.json";
        Path linear = edited(golden, rates, "constant_with_warmup", "linear");
        assertThat(GoldenCases.compare(linear).stream().filter(comparison -> !comparison.passed()))
                .singleElement()
                .satisfies(failed -> assertThat(failed.name()).isEqualTo("learning rate, linear"));
        Path unknown = edited(golden, rates, "constant_with_warmup", "polynomial");
        assertThatThrownBy(() -> GoldenCases.compare(unknown))
                .hasMessageContaining("must have cosine, linear or constant_with_warmup as the setting '[1].name'")
                .hasMessageContaining("polynomial");
        Path cycles = edited(golden, rates, "\"num_cycles\": 0.5", "\"num_cycles\": 1.5");
        assertThatThrownBy(() -> GoldenCases.compare(cycles)).hasMessageContaining("num_cycles");
    }

    @Test
    void linearRatesOfTheReferenceFormulaPass() throws IOException {
        Path folder = edited(
                Golden.resource("schedules"),
                "learning_rate.json",
                "(?s)\"name\": \"constant_with_warmup\".*\"40\": 0.0001",
                "\"name\": \"linear\", \"num_warmup_steps\": 10, \"num_training_steps\": 50, \"lr_at_step\":"
                        + " {\"0\": 0.0, \"5\": 5e-05, \"10\": 0.0001, \"30\": 5e-05, \"49\": 2.5e-06, \"50\": 0.0");
        assertThat(GoldenCases.compare(folder)).allMatch(Comparison::passed);
    }

    @Test
    void aSettingOfTheWrongTypeIsRefused() throws IOException {
        Path folder = edited(Golden.resource("sampling"), GoldenFolder.CONFIG, "\"top_k\": 10", "\"top_k\": \"ten\"");
        assertThatThrownBy(() -> GoldenCases.compare(folder))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("must have a whole number as the setting 'settings[");
    }

    /** A copy of a case in which the first match of a pattern in one of its files is replaced. */
    private Path edited(Golden golden, String file, String pattern, String replacement) throws IOException {
        Path folder = Files.createTempDirectory(directory, "case");
        try (Stream<Path> files = Files.list(golden.folder())) {
            for (Path source : files.toList()) {
                Files.copy(source, folder.resolve(source.getFileName().toString()));
            }
        }
        String text = Files.readString(folder.resolve(file));
        String changed = text.replaceFirst(pattern, replacement);
        assertThat(changed).as(pattern).isNotEqualTo(text);
        folder.resolve(file).toFile().setWritable(true);
        Files.writeString(folder.resolve(file), changed);
        return folder;
    }
}
