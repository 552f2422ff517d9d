package dev.oar.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.oar.file.CorruptFileException;
import dev.oar.order.CounterRandom;
import dev.oar.order.TokenGrid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibrationTableTests {
    private static final TokenGrid GRID = new TokenGrid(1, 3);

    @TempDir
    Path folder;

    @Test
    void aMeanIsThatOfItsCellShareAndScaleWhoeverCounted() {
        for (long seed = 0; seed < 10; seed++) {
            CounterRandom random = CounterRandom.of(seed, "scores of a test");
            CalibrationTable.Sums all = new CalibrationTable.Sums(GRID, 4);
            CalibrationTable.Sums some = new CalibrationTable.Sums(GRID, 4);
            double[] sums = new double[CalibrationTable.SCALES];
            int count = 0;
            for (int i = 0; i < 300; i++) {
                CounterRandom own = random.derive(i);
                double share = own.uniform(0);
                int cell = own.integer(3, 1);
                double[] scores = {own.uniform(2), own.uniform(3) - 2, 9 * own.uniform(4)};
                (i % 2 == 0 ? all : some).add(share, cell, scores);
                if (cell == 1 && share >= 0.5 && share < 0.75) {
                    count++;
                    for (int scale = 0; scale < scores.length; scale++) {
                        sums[scale] += scores[scale];
                    }
                }
            }
            all.add(some);
            CalibrationTable table = all.table("margin", "origin");
            assertThat(count).isPositive();
            for (int scale = 0; scale < sums.length; scale++) {
                assertThat(table.mean(scale, 0.6, 1)).as("seed %s", seed).isCloseTo(sums[scale] / count, within(1e-12));
            }
        }
    }

    @Test
    void aCellThatWasNeverOpenHasTheMeanOfTheOthersAndInfiniteScoresCountForNothing() {
        CalibrationTable.Sums sums = new CalibrationTable.Sums(GRID, 2);
        sums.add(0.1, 0, 1, Double.NEGATIVE_INFINITY, 3);
        sums.add(0.1, 1, 2, 5, 3);
        CalibrationTable table = sums.table("margin", "origin");
        assertThat(table.mean(0, 0.4, 2)).isEqualTo(1.5);
        assertThat(table.mean(1, 0.4, 0)).isEqualTo(5);
        assertThat(table.mean(0, 0.4, 0)).isEqualTo(1);
        assertThat(table.mean(0, 0.9, 0)).isZero();
    }

    @Test
    void whatWasWrittenIsReadAndOtherFilesAreRefused() throws IOException {
        CalibrationTable.Sums sums = new CalibrationTable.Sums(GRID, 2);
        sums.add(0.7, 2, 0.1, 0.2, 0.3);
        Path file = folder.resolve("calibration.json");
        sums.table("margin", "made so").write(file);
        CalibrationTable read = CalibrationTable.read(file);
        assertThat(read.measure()).isEqualTo("margin");
        assertThat(read.origin()).isEqualTo("made so");
        assertThat(read.grid()).isEqualTo(GRID);
        assertThat(read.bins()).isEqualTo(2);
        assertThat(read.mean(2, 0.7, 2)).isEqualTo(0.3);
        String text = Files.readString(file);
        for (String damaged : new String[] {
            text.replace("\"width\" : 3", "\"width\" : 4"),
            text.replace("oar-calibration", "oar-mean-ranks"),
            text.replace("\"version\" : 1", "\"version\" : 2")
        }) {
            assertThat(damaged).isNotEqualTo(text);
            Files.writeString(file, damaged);
            assertThatExceptionOfType(CorruptFileException.class).isThrownBy(() -> CalibrationTable.read(file));
        }
    }
}
