package dev.oar.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.artifact.Arm;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingOrder;
import dev.oar.generate.GenerationParameters;
import dev.oar.generate.Pace;
import dev.oar.generate.Subject;
import dev.oar.order.CounterRandom;
import dev.oar.order.StepSchedule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RotationTests {
    private static final int BATCH = 2;

    private final Rotation rotation = new Rotation();

    /** Drawings in different numbers of steps share no batch. */
    private static Drawing drawing(int steps) {
        return Drawing.of(new DrawingOrder.Raster(new Pace(steps, StepSchedule.COSINE)));
    }

    private Job add(String client, int count, int steps, OptionalLong firstIndex) {
        Work.Telling telling = new Work.Telling(OptionalInt.empty(), false);
        Job job = new Job(client, client, "generate", "tiny", count, telling, JobListener.NONE);
        rotation.add(
                job,
                new Work.Images(
                        count,
                        Arm.ANY_ORDER,
                        telling,
                        drawing(steps),
                        BATCH,
                        0,
                        List.of(new Subject.OfClass("cats")),
                        List.of(),
                        Optional.empty(),
                        false,
                        1,
                        firstIndex,
                        new GenerationParameters("tiny", "any-order", Map.of(), drawing(steps), BATCH)));
        return job;
    }

    private Job add(String client, int count, int steps) {
        return add(client, count, steps, OptionalLong.of(0));
    }

    /** Whom the next batches are for, batch by batch. */
    private List<List<String>> next(int atOnce) {
        return rotation.next(atOnce).stream()
                .map(batch -> batch.jobs().stream().map(Job::client).toList())
                .toList();
    }

    @Test
    void batchesThatAreDrawnAtTheSameTimeAreAlikeAndEachIsLedByAnotherClientInTurn() {
        add("a", 4, 1);
        add("b", 4, 2);
        add("c", 2, 1);
        assertThat(next(2)).containsExactly(List.of("a"), List.of("c"));
        assertThat(next(2)).containsExactly(List.of("b"), List.of("b"));
        assertThat(next(2)).as("one is left").containsExactly(List.of("a"));
        assertThat(next(2)).isEmpty();
    }

    @Test
    void oneIsDrawnAloneWhereTooFewAreAlikeToFillSeveral() {
        add("a", 3, 1);
        add("b", 4, 2);
        assertThat(next(2)).containsExactly(List.of("a"));
        assertThat(next(4)).containsExactly(List.of("b"));
        assertThat(next(2)).containsExactly(List.of("a"));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyImageIsInOneBatchAndItsRowBelongsToItsIndex(long seed) {
        CounterRandom random = CounterRandom.of(seed, "rotation");
        int expected = 0;
        for (int job = 0; job < 12; job++) {
            int count = 1 + random.integer(7, 4 * job);
            boolean given = random.integer(2, 4 * job + 1) == 0;
            add(
                    "client " + random.integer(4, 4 * job + 2),
                    count,
                    1 + random.integer(2, 4 * job + 3),
                    given ? OptionalLong.of(job) : OptionalLong.empty());
            expected += count;
        }
        Set<List<Object>> placed = new HashSet<>();
        List<Placed> all = new ArrayList<>();
        int atOnce = 1 + (int) (seed % 3);
        for (List<Batch> round = rotation.next(atOnce); !round.isEmpty(); round = rotation.next(atOnce)) {
            assertThat(round).as("seed %s", seed).hasSizeBetween(1, atOnce);
            Set<Drawing> drawings = new HashSet<>();
            for (Batch batch : round) {
                ((ImageBatch) batch).rows().forEach((row, image) -> {
                    assertThat(image.request().index() % BATCH)
                            .as("seed %s", seed)
                            .isEqualTo((long) row);
                    drawings.add(image.request().shared());
                    placed.add(List.of(System.identityHashCode(image.job()), image.image()));
                    all.add(image);
                });
            }
            assertThat(drawings).as("seed %s", seed).hasSize(1);
        }
        assertThat(all).as("seed %s", seed).hasSize(expected);
        assertThat(placed).as("seed %s", seed).hasSize(expected);
    }
}
