package dev.oar.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchesTests {
    @ParameterizedTest
    @CsvSource({"0, 3", "1, 3", "3, 3", "7, 3", "9, 1", "2, 5"})
    void everyImageStandsInOneRowThatCountsAndAllBatchesHaveOneShape(int images, int size) {
        List<Integer> counted = new ArrayList<>();
        int batches = 0;
        for (Batches.Batch batch : new Batches(images, size)) {
            assertThat(batch).isEqualTo(new Batches(images, size).get(batches++));
            assertThat(batch.images()).hasSize(size);
            for (int row = 0; row < size; row++) {
                assertThat(batch.images()[row]).isEqualTo(batch.image(row));
                if (row < batch.count()) {
                    counted.add(batch.image(row));
                } else {
                    assertThat(batch.image(row)).as("behind the last").isEqualTo(batch.end() - 1);
                }
            }
        }
        assertThat(batches).isEqualTo(new Batches(images, size).count());
        assertThat(counted).isEqualTo(IntStream.range(0, images).boxed().toList());
    }

    @Test
    void batchesOfNothingAreRefused() {
        assertThatThrownBy(() -> new Batches(3, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 1 row, but were given 3 and 0");
        assertThatThrownBy(() -> new Batches.Batch(2, 5, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most one per row");
    }
}
