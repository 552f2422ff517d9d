package dev.oar.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.message.CandidateConfidences;
import dev.oar.message.JobEvent;
import dev.oar.message.JobState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class JobTests {
    private static final int CELLS = 16;

    private final List<JobState> ends = new ArrayList<>();

    private Job job(int count) {
        JobListener listener = new JobListener() {
            @Override
            public void ended(String model, JobState state) {
                ends.add(state);
            }
        };
        Job job = new Job(
                "a", "client", "generate", "tiny", count, new Work.Telling(OptionalInt.empty(), false), listener);
        job.queued(1);
        job.started(60);
        return job;
    }

    private static void step(Job job, int image, int done, Optional<CandidateConfidences> candidates) {
        job.stepped(List.of(new JobEvent.Step(
                image, List.of(done - 1), Optional.of(List.of(0.5)), candidates, done, CELLS, Optional.empty())));
    }

    private static List<String> told(Job job) throws InterruptedException {
        return job.next(0, Duration.ZERO).stream()
                .map(each -> each.event().event())
                .toList();
    }

    @Test
    void whenItHasEndedNoPartialImageIsHeld() throws InterruptedException {
        Job job = job(2);
        for (int image = 0; image < 2; image++) {
            step(job, image, 1, Optional.empty());
            job.previewed(image, 0, new byte[100]);
        }
        assertThat(told(job)).containsExactly("queued", "started", "step", "preview", "step", "preview");
        assertThat(job.latestPreview()).isPresent();
        job.drawn(0, new byte[7], 1, 0);
        assertThat(told(job)).containsExactly("queued", "started", "step", "step", "preview", "image");
        job.cancel();
        assertThat(told(job)).containsExactly("queued", "started", "step", "step", "image", "cancelled");
        assertThat(job.latestPreview()).isEmpty();
        job.previewed(1, 1, new byte[100]);
        assertThat(job.latestPreview()).isEmpty();
    }

    @Test
    void itsBytesAreThoseOfResultsAndOfWhatItsEventsTell() {
        Job job = job(1);
        assertThat(job.bytes()).isZero();
        step(job, 0, 1, Optional.empty());
        long step = job.bytes();
        assertThat(step).isBetween(100L, 1000L);
        CandidateConfidences candidates = CandidateConfidences.of(
                        IntStream.range(0, 300).asDoubleStream().toArray())
                .orElseThrow();
        step(job, 0, 2, Optional.of(candidates));
        assertThat(job.bytes()).isEqualTo(2 * step + candidates.levels().length());
        job.drawn(0, new byte[7], 1, 0);
        assertThat(job.bytes()).isEqualTo(2 * step + candidates.levels().length() + 7);
    }

    @Test
    void itsEndIsToldOnceWhateverComesAfterIt() {
        Job job = job(1);
        job.cancel();
        job.drawn(0, new byte[7], 1, 0);
        job.cancel();
        assertThat(ends).containsExactly(JobState.CANCELLED);
    }
}
