package dev.oar.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.oar.file.CorruptFileException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StageTimeTests {
    private static final Offset<Double> ROUNDING = within(1e-6);

    @TempDir
    Path folder;

    private long now = 7_000_000_000L;

    private void pass(double seconds) {
        now += (long) (seconds * 1e9);
    }

    private StageTime begin() throws IOException {
        return StageTime.begin(folder.resolve("stage"), () -> now);
    }

    @Test
    void attemptsAddUp() throws IOException {
        try (StageTime first = begin()) {
            pass(3);
            assertThat(first.spent().seconds()).isCloseTo(3, ROUNDING);
        }
        pass(1000);
        try (StageTime second = begin()) {
            pass(4);
            assertThat(second.spent().seconds()).isCloseTo(7, ROUNDING);
            assertThat(second.spent().attempts()).isEqualTo(2);
            second.complete();
        }
        assertThat(folder.resolve("stage").resolve(StageTime.FILE)).doesNotExist();
    }

    @Test
    void aKillLosesNoMoreThanTheTimeSinceTheLastNote() throws IOException {
        @SuppressWarnings("resource") // A kill closes nothing.
        StageTime killed = begin();
        pass(4);
        killed.note();
        pass(2);
        killed.note();
        pass(3);
        killed.note();
        try (StageTime next = begin()) {
            assertThat(next.spent().seconds()).isCloseTo(6, ROUNDING);
            assertThat(next.spent().attempts()).isEqualTo(2);
        }
    }

    @Test
    void workThatNobodyTimedIsKnownToBeMissing() throws IOException {
        Files.createDirectories(folder.resolve("stage/checkpoints"));
        try (StageTime time = begin()) {
            pass(2);
            assertThat(time.spent().attempts()).isNull();
        }
        try (StageTime time = begin()) {
            assertThat(time.spent()).isEqualTo(new StageTime.Spent(2, null));
        }
    }

    @Test
    void aCompleteStageThatIsDoneAnewIsTimedAnew() throws IOException {
        Files.createDirectories(folder.resolve("stage"));
        Files.writeString(folder.resolve("stage").resolve(StageDirectory.MARKER), "{}");
        try (StageTime time = begin()) {
            assertThat(time.spent()).isEqualTo(new StageTime.Spent(0, 1));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "{\"seconds\":-1,\"attempts\":1}", "{\"seconds\":1,\"attempts\":-1}"})
    void aTimeThatIsNoneIsRefused(String text) throws IOException {
        Files.createDirectories(folder.resolve("stage"));
        Files.writeString(folder.resolve("stage").resolve(StageTime.FILE), text);

        assertThatExceptionOfType(CorruptFileException.class)
                .isThrownBy(this::begin)
                .withMessageContaining("delete it, and the time is unknown");
    }

    @Test
    void aMarkOfAnEarlierVersionIsReadAndItsTimeIsSaidToBeAtLeastThat() throws IOException {
        StageDirectory.Marker marker = marker("""
                {"fingerprint":"0123456789abcdef","outputs":{"test psnr":"21.5"},"seconds":12.34,"stage":"tokens"}
                """).orElseThrow();

        assertThat(marker.outputs()).containsExactlyEntriesOf(Map.of("test psnr", "21.5"));
        assertThat(marker.time()).isEqualTo("12.3 s at least; interrupted attempts may be missing");
        assertThat(marker.finished()).isNull();
        assertThat(marker.environment()).isNull();
    }

    @Test
    void whatALaterVersionAddsToAMarkIsLeftOut() throws IOException {
        assertThat(marker("""
                {"fingerprint":"0123456789abcdef","outputs":{},"seconds":1,"stage":"tokens","attempts":3,"more":{"a":1}}
                """).orElseThrow().time()).isEqualTo("1.0 s in 3 attempts");
    }

    @Test
    void aMarkOfOtherSettingsIsNone() throws IOException {
        assertThat(marker("{\"fingerprint\":\"other\",\"outputs\":{},\"seconds\":1,\"stage\":\"tokens\"}"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{}", "[]", "{\"fingerprint\":\"0123456789abcdef\",\"seconds\":1}"})
    void aMarkThatIsNoneIsRefused(String text) {
        assertThatExceptionOfType(CorruptFileException.class)
                .isThrownBy(() -> marker(text))
                .withMessageContaining("delete the folder to run the stage again");
    }

    @Test
    void aMarkThatIsTooLargeIsRefusedUnread() throws IOException {
        StageDirectory directory = new StageDirectory(folder, StageName.TOKENS, "0123456789abcdef");
        Files.createDirectories(directory.path());
        try (RandomAccessFile file = new RandomAccessFile(
                directory.path().resolve(StageDirectory.MARKER).toFile(), "rw")) {
            file.setLength((1 << 20) + 1);
        }

        assertThatExceptionOfType(CorruptFileException.class)
                .isThrownBy(directory::marker)
                .withMessageContaining("may have up to 1048576 bytes, but has 1048577");
    }

    private Optional<StageDirectory.Marker> marker(String text) throws IOException {
        StageDirectory directory = new StageDirectory(folder, StageName.TOKENS, "0123456789abcdef");
        Files.createDirectories(directory.path());
        Files.writeString(directory.path().resolve(StageDirectory.MARKER), text);
        return directory.marker();
    }
}
