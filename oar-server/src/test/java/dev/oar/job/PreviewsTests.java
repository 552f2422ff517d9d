package dev.oar.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.message.JobEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PreviewsTests {
    private static final int STEPS = 1000;
    private static final long STEP = 10_000_000;
    private static final long PREVIEW = 9_000_000;

    private final List<Integer> shown = new ArrayList<>();
    private final List<Integer> shownAt = new ArrayList<>();
    private long now;

    private static Job job(OptionalInt previewEvery, int count) {
        return job("client", previewEvery, count);
    }

    private static Job job(String client, OptionalInt previewEvery, int count) {
        return new Job("a", client, "generate", "tiny", count, new Work.Telling(previewEvery, false), JobListener.NONE);
    }

    /** Draws the images of a job; whoever watches takes the events in after every step, or never. */
    private void draw(Job job, int count, boolean taken) throws InterruptedException {
        drawBeside(job, List.of(), count, taken);
    }

    /** The same in a batch with one image of each of other jobs. */
    private void drawBeside(Job job, List<Job> others, int count, boolean taken) throws InterruptedException {
        Previews previews = new Previews(() -> now);
        long seen = 0;
        for (int step = 0; step < STEPS; step++) {
            now += STEP;
            int at = step;
            for (int image = 0; image < count; image++) {
                job.stepped(List.of(new JobEvent.Step(
                        image, List.of(step), Optional.empty(), Optional.empty(), step + 1, STEPS, Optional.empty())));
            }
            Stream<Previews.Drawn> own = IntStream.range(0, count)
                    .mapToObj(image -> new Previews.Drawn(job, image, () -> {
                        now += PREVIEW;
                        shown.add(image);
                        shownAt.add(at);
                        return new byte[0];
                    }));
            previews.after(
                    step,
                    Stream.concat(own, others.stream().map(other -> new Previews.Drawn(other, 0, () -> new byte[0])))
                            .toList());
            List<Job.Numbered> next = taken ? job.next(seen, Duration.ZERO) : List.of();
            seen = next.isEmpty() ? seen : next.get(next.size() - 1).number();
        }
    }

    @Test
    void theyTakeASmallShareOfTheTimeAndEveryImageHasItsPart() throws InterruptedException {
        Job job = job(OptionalInt.empty(), 8);
        try (Job.Watch ignored = job.watch()) {
            draw(job, 8, true);
        }
        long spent = shown.size() * PREVIEW;
        // What is saved up at the beginning, and the one that goes beyond it.
        assertThat(spent - 100_000_000 - PREVIEW).isLessThan(STEPS * STEP / 20);
        assertThat(shownAt.get(0)).as("the step of the first").isLessThanOrEqualTo(STEPS / 16);
        for (int image = 0; image < 8; image++) {
            assertThat(shown.stream().filter(Integer.valueOf(image)::equals).count())
                    .as("of image %s", image)
                    .isBetween(shown.size() / 8L, shown.size() / 8L + 1);
        }
    }

    @Test
    void aLoneImageIsShownAfterEverySixteenthOfItsCells() throws InterruptedException {
        Job job = job(OptionalInt.empty(), 1);
        try (Job.Watch ignored = job.watch()) {
            draw(job, 1, true);
        }
        // After every sixteenth of the cells, the last of which is the image itself.
        assertThat(shown).hasSize(15);
    }

    @Test
    void thereAreNoneForNobodyAndOneForThoseWhoDoNotLook() throws InterruptedException {
        draw(job(OptionalInt.empty(), 1), 1, true);
        assertThat(shown).isEmpty();
        Job job = job(OptionalInt.empty(), 1);
        try (Job.Watch ignored = job.watch()) {
            draw(job, 1, false);
        }
        assertThat(shown).hasSize(1);
    }

    @Test
    void whoAsksForOneAfterEveryStepSlowsOthersInTheBatchNoMoreThanWhoDoesNot() throws InterruptedException {
        Job greedy = job("greedy", OptionalInt.of(1), 2);
        Job other = job("other", OptionalInt.empty(), 1);
        try (Job.Watch ignored = greedy.watch()) {
            drawBeside(greedy, List.of(other), 2, true);
        }
        assertThat(shown.size() * PREVIEW - 100_000_000 - PREVIEW).isBetween(STEPS * STEP / 30, STEPS * STEP / 20);
        assertThat(shown.stream().filter(Integer.valueOf(0)::equals).count())
                .isBetween(shown.size() / 2L, shown.size() / 2L + 1);
    }

    @Test
    void besideOthersThoseThatARequestAsksForAreLateRatherThanLost() throws InterruptedException {
        Job patient = job("patient", OptionalInt.of(300), 16);
        try (Job.Watch ignored = patient.watch()) {
            drawBeside(patient, List.of(job("other", OptionalInt.empty(), 1)), 16, false);
        }
        // Of those that are due at last there is not time for all before the image is done.
        for (int image = 0; image < 16; image++) {
            assertThat(shown.stream().filter(Integer.valueOf(image)::equals).count())
                    .as("of image %s at %s", image, shownAt)
                    .isBetween(2L, 3L);
        }
        assertThat(shownAt.stream().filter(step -> step < 899)).hasSize(2 * 16);
        assertThat(shownAt).as("some had to wait").anyMatch(step -> (step + 1) % 300 != 0);
    }

    @Test
    void whatOneWhoIsAloneAsksForIsNotTakenFromThoseWhoComeLater() throws InterruptedException {
        Job alone = job(OptionalInt.of(1), 1);
        try (Job.Watch ignored = alone.watch()) {
            draw(alone, 1, true);
        }
        assertThat(shown).hasSize(STEPS);
    }

    @Test
    void thoseThatARequestAsksForAreThereWhateverTheyTake() throws InterruptedException {
        Job job = job(OptionalInt.of(300), 2);
        try (Job.Watch ignored = job.watch()) {
            draw(job, 2, false);
        }
        assertThat(shownAt).containsExactly(299, 299, 599, 599, 899, 899);
        assertThat(shown).containsExactly(0, 1, 0, 1, 0, 1);
    }
}
