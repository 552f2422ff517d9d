package dev.oar.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bytes given in hexadecimal digits are what TensorBoard 2.21's own classes write of the same events. */
class EventFileTests {
    private static final String VERSION =
            "1800000000000000a37f4b2209000000000000f83f1a0d627261696e2e4576656e743a322a28646c";
    private static final String START = "100000000000000095fbfe1809000000000000f83f10ad023a020801d17949d4";
    private static final String SCALARS = "2e00000000000000c5cb57fa09000000000000f83f10ad022a200a140a0d747261696e696e67"
            + "2f6c6f7373150000403f0a080a0162150000c07f72a7a186";
    private static final String TEXT =
            "31000000000000009d8383e909000000000000f83f10072a240a220a0873657474696e6773420a08"
                    + "07120042042320c3a94a0a0a060a047465787420021a967ce1";
    private static final String IMAGE =
            "1f00000000000000514b441809000000000000f83f10072a120a100a0170220b080210ac0218" + "03220201fff4776a0b";

    @TempDir
    Path folder;

    @Test
    void theChecksumIsCastagnolisMaskedAsRecordsWantIt() {
        // 0xE3069283 is the check value of CRC-32C; rotated right by 15 bits it is 0x2507C60D, and 0xC78AB0E5 with the
        // constant.
        byte[] check = "123456789".getBytes(StandardCharsets.US_ASCII);
        assertThat(RecordFrame.maskedCrc(check, check.length)).isEqualTo(0xC78AB0E5);
        assertThat(RecordFrame.maskedCrc(new byte[0], 0)).isEqualTo(0xA282EAD8);
        // RFC 3720, B.4: 32 bytes of zeros have 0x8A9136AA.
        assertThat(RecordFrame.maskedCrc(new byte[32], 32))
                .isEqualTo(Integer.rotateRight(0x8A9136AA, 15) + 0xA282EAD8)
                .isEqualTo(0x0FD7FFFA);
    }

    @Test
    void everyKindOfEventHasTheBytesThatTensorBoardGivesIt() throws IOException {
        EventFile file = EventFile.start(folder, 301, () -> 1500);
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("training/loss", 0.75);
        values.put("b", Double.NaN);
        file.scalars(301, values);
        file.text(7, "settings", "# é");
        file.image(7, "p", 300, 2, new byte[] {1, -1});
        List<Path> files = EventFile.in(folder);
        assertThat(files).hasSize(1);
        assertThat(HexFormat.of().formatHex(Files.readAllBytes(files.get(0))))
                .isEqualTo(VERSION + START + SCALARS + TEXT + IMAGE);
    }

    @Test
    void integersOfEveryLengthComeBack() throws IOException {
        for (int bits = 0; bits < 63; bits++) {
            long step = (1L << bits) + bits;
            Path own = folder.resolve("bits" + bits);
            EventFile.start(own, step, () -> 1500).scalars(step, Map.of("a", 1.0));
            EventFileReader reader = EventFileReader.of(own);
            assertThat(reader.records().get(1).step()).as("start at %d", step).isEqualTo(step);
            assertThat(reader.shown("a")).as("value at %d", step).containsOnlyKeys(step);
        }
    }

    @Test
    void aStartBeginsAFileOfItsOwnWhoseNameIsTheLastWhateverTheClockSays() throws IOException {
        long[] clock = {5_000_000, 5_000_000, 1_000, 9_000_000};
        for (int start = 0; start < clock.length; start++) {
            long now = clock[start];
            EventFile file = EventFile.start(folder, 1, () -> now);
            assertThat(file.isFirst()).isEqualTo(start == 0);
        }
        assertThat(EventFile.in(folder))
                .extracting(path -> path.getFileName().toString())
                .containsExactly(
                        "events.out.tfevents.0000005000.oar",
                        "events.out.tfevents.0000005001.oar",
                        "events.out.tfevents.0000005002.oar",
                        "events.out.tfevents.0000009000.oar");
    }

    @Test
    void stepsAfterTheOneThatATrainingGoesOnFromAreForgottenAndARecordCutShortHurtsNoOther() throws IOException {
        EventFile first = EventFile.start(folder, 1, () -> 1000);
        for (long step = 1; step <= 9; step++) {
            first.scalars(step, Map.of("loss", (double) step));
        }
        Path file = EventFile.in(folder).get(0);
        byte[] bytes = Files.readAllBytes(file);
        for (int cut = 1; cut < 50; cut++) {
            Path own = folder.resolve("cut" + cut);
            Files.createDirectories(own);
            Files.write(own.resolve(file.getFileName()), Arrays.copyOf(bytes, bytes.length - cut));
            EventFile second = EventFile.start(own, 6, () -> 2000);
            for (long step = 6; step <= 8; step++) {
                second.scalars(step, Map.of("loss", 10.0 * step));
            }
            assertThat(EventFileReader.of(own).shown("loss"))
                    .as("cut by %d bytes", cut)
                    .containsExactly(
                            Map.entry(1L, 1f),
                            Map.entry(2L, 2f),
                            Map.entry(3L, 3f),
                            Map.entry(4L, 4f),
                            Map.entry(5L, 5f),
                            Map.entry(6L, 60f),
                            Map.entry(7L, 70f),
                            Map.entry(8L, 80f));
        }
    }

    @Test
    void aFolderThatCannotBeWrittenIsOneClearSentence() throws IOException {
        Path taken = folder.resolve("taken");
        Files.writeString(taken, "a file");
        assertThatThrownBy(() -> EventFile.start(taken, 1))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("event files for TensorBoard are written as training goes on, but " + taken
                        + " cannot be written (")
                .hasMessageEndingWith("); make room or the folder writable, or run again without --tensorboard");
    }

    @Test
    void aFileThatIsTakenAwayMeanwhileIsOneClearSentence() throws IOException {
        EventFile file = EventFile.start(folder, 1);
        Path path = EventFile.in(folder).get(0);
        Files.delete(path);
        assertThatThrownBy(() -> file.scalars(1, Map.of("loss", 1.0)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(path + " cannot be written (");
    }
}
