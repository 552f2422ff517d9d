package dev.oar.preference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.oar.image.ImageLimits;
import dev.oar.image.ImageReader;
import dev.oar.image.PngFile;
import dev.oar.image.Rgb;
import dev.oar.preference.PreferenceStudy.Shown;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Studies take votes, keep them, and show nobody which arm an image is of. */
class PreferenceStudyTests {
    private static final int MATCHES = 12;

    @TempDir
    private Path folder;

    @Test
    void nothingThatRatersSeeTellsTheArm() throws IOException {
        Path study = PreferenceFixture.study(folder, 2, MATCHES, 1);
        Set<Long> sizes = new HashSet<>();
        for (Path image : images(study)) {
            sizes.add(Files.size(image));
            assertThat(PngFile.text(image)).isEmpty();
            assertThat(image.getFileName().toString()).matches("\\d{4}\\.png");
            String bytes = new String(Files.readAllBytes(image), StandardCharsets.ISO_8859_1);
            assertThat(bytes).doesNotContain("tEXt", "iTXt", "zTXt", "eXIf", "tIME", "secret");
        }
        assertThat(sizes).as("bytes of the files").hasSize(1);
        TrialList trials = StudyFiles.read(study).trials();
        // Names are in no sequence of arms, matches or catch trials.
        List<String> first =
                trials.pairs().stream().map(TrialList.ImagePair::firstImage).toList();
        assertThat(first).isNotEqualTo(new ArrayList<>(new TreeSet<>(first)));
        long smaller = trials.pairs().stream()
                .filter(pair -> pair.firstImage().compareTo(pair.secondImage()) < 0)
                .count();
        assertThat(smaller).isBetween(2L, MATCHES - 2L);
    }

    @Test
    void theImagesOfAPairAreThoseOfOneClassAndSeedFromEveryArmToThePixel() throws IOException {
        StudyFiles files = StudyFiles.read(PreferenceFixture.study(folder, 3, 4, 1));
        assertThat(files.trials().pairs()).hasSize(12);
        for (TrialList.ImagePair pair : files.trials().pairs()) {
            TrialList.Match match = files.trials().matches().get(pair.match());
            int index = Integer.parseInt(match.origin().replaceAll(".*index ", ""));
            assertThat(match.subject()).isEqualTo(index % 2 == 0 ? "cats" : "dogs");
            assertThat(ImageReader.read(files.image(pair.firstImage()), ImageLimits.DEFAULT, Rgb.WHITE)
                            .rgb())
                    .isEqualTo(
                            PreferenceFixture.picture(index, arm(pair.first())).rgb());
            assertThat(ImageReader.read(files.image(pair.secondImage()), ImageLimits.DEFAULT, Rgb.WHITE)
                            .rgb())
                    .isEqualTo(
                            PreferenceFixture.picture(index, arm(pair.second())).rgb());
        }
    }

    private static String arm(int number) {
        return String.valueOf((char) ('a' + number));
    }

    @Test
    void everyRaterSeesEveryTrialOnceInASequenceAndOnSidesOfTheirOwn() throws IOException {
        Path folderOfStudy = PreferenceFixture.study(folder, 2, MATCHES, 3);
        StudyFiles files = StudyFiles.read(folderOfStudy);
        List<List<Integer>> sequences = new ArrayList<>();
        List<List<Shown>> shown = new ArrayList<>();
        try (PreferenceStudy study = PreferenceStudy.open(folderOfStudy)) {
            for (String rater : study.protocol().raters()) {
                List<Shown> own = new ArrayList<>();
                for (Optional<Shown> next = study.nextFor(rater); next.isPresent(); next = study.nextFor(rater)) {
                    assertThat(study.nextFor(rater)).isEqualTo(next);
                    own.add(next.get());
                    study.vote(rater, next.get().place(), VoteChoice.TIE);
                }
                assertThat(study.progress(rater).complete()).isTrue();
                RaterSequence sequence = RaterSequence.of(files.protocol(), files.trials(), rater);
                List<Integer> trials = new ArrayList<>();
                for (int place = 0; place < sequence.count(); place++) {
                    trials.add(sequence.trial(place));
                }
                assertThat(trials).hasSize(MATCHES + PreferenceFixture.REAL).doesNotHaveDuplicates();
                sequences.add(trials);
                shown.add(own);
            }
        }
        assertThat(sequences).doesNotHaveDuplicates();
        for (List<Shown> own : shown) {
            assertThat(own).hasSize(MATCHES + PreferenceFixture.REAL);
        }
        assertThat(shown.get(0).stream().map(Shown::left).toList())
                .isNotEqualTo(shown.get(1).stream().map(Shown::left).toList());
    }

    @Test
    void anArmStandsOnEitherSideAndAPairAtEveryPlaceEquallyOften() throws IOException {
        StudyFiles files = StudyFiles.read(PreferenceFixture.study(folder, 2, MATCHES, 1));
        int raters = 400;
        int[] left = new int[MATCHES];
        int[] early = new int[MATCHES + PreferenceFixture.REAL];
        for (int rater = 0; rater < raters; rater++) {
            RaterSequence sequence = RaterSequence.of(files.protocol(), files.trials(), "rater-" + rater);
            for (int place = 0; place < sequence.count(); place++) {
                int trial = sequence.trial(place);
                early[trial] += place < sequence.count() / 2 ? 1 : 0;
                String first = files.trials().images(trial).first();
                if (trial < MATCHES) {
                    left[trial] += sequence.sides(files.trials(), trial).left().equals(first) ? 1 : 0;
                }
            }
        }
        // Five standard deviations of a fair coin.
        int reach = (int) (2.5 * Math.sqrt(raters));
        assertThat(left)
                .satisfies(counts -> Arrays.stream(counts)
                        .forEach(count -> assertThat(count).isBetween(raters / 2 - reach, raters / 2 + reach)));
        assertThat(early)
                .satisfies(counts -> Arrays.stream(counts)
                        .forEach(count -> assertThat(count).isBetween(raters / 2 - reach, raters / 2 + reach)));
        assertThat((double) Arrays.stream(left).sum() / MATCHES / raters).isBetween(0.46, 0.54);
    }

    @Test
    void votesAndUndoingsAreThereWhenTheStudyIsOpenedAgain() throws IOException {
        Path folderOfStudy = PreferenceFixture.study(folder, 2, MATCHES, 2);
        String rater;
        Optional<Shown> third;
        try (PreferenceStudy study = PreferenceStudy.open(folderOfStudy)) {
            rater = study.protocol().raters().get(1);
            study.vote(rater, 1, VoteChoice.LEFT);
            study.vote(rater, 2, VoteChoice.RIGHT);
            third = study.nextFor(rater);
            study.vote(rater, 3, VoteChoice.LEFT);
            assertThat(study.undo(rater).done()).isEqualTo(2);
            assertThat(study.nextFor(rater)).isEqualTo(third);
        }
        try (PreferenceStudy study = PreferenceStudy.open(folderOfStudy)) {
            assertThat(study.dropped()).isZero();
            assertThat(study.progress(rater)).isEqualTo(new PreferenceStudy.Progress(rater, 2, MATCHES + 6));
            assertThat(study.progress(study.protocol().raters().get(0)).done()).isZero();
            assertThat(study.nextFor(rater)).isEqualTo(third);
            study.undo(rater);
            assertThat(study.undo(rater).done()).isZero();
            assertThatThrownBy(() -> study.undo(rater)).hasMessageContaining("has cast none");
        }
    }

    @Test
    void aVoteThatIsSentTwiceCountsOnceAndOneOnAnotherPairIsRefused() throws IOException {
        try (PreferenceStudy study = PreferenceStudy.open(PreferenceFixture.study(folder, 2, MATCHES, 1))) {
            String rater = study.protocol().raters().get(0);
            study.vote(rater, 1, VoteChoice.LEFT);
            assertThat(study.vote(rater, 1, VoteChoice.LEFT).done()).isEqualTo(1);
            assertThatThrownBy(() -> study.vote(rater, 1, VoteChoice.RIGHT)).hasMessageContaining("number 1");
            assertThatThrownBy(() -> study.vote(rater, 3, VoteChoice.LEFT)).hasMessageContaining("number 3");
            assertThatThrownBy(() -> study.vote(rater, 0, VoteChoice.LEFT)).hasMessageContaining("number 0");
            assertThatThrownBy(() -> study.vote("nobody", 1, VoteChoice.LEFT)).hasMessageContaining("'nobody'");
            assertThatThrownBy(() -> study.image("../study")).hasMessageContaining("no image");
            assertThatThrownBy(() -> VoteChoice.of("up")).hasMessageContaining("'up'");
            assertThat(study.image(study.nextFor(rater).orElseThrow().left())).isRegularFile();
        }
    }

    @Test
    void severalThreadsVoteAtOnce() throws Exception {
        Path folderOfStudy = PreferenceFixture.study(folder, 2, MATCHES, 4);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (PreferenceStudy study = PreferenceStudy.open(folderOfStudy)) {
            List<Callable<Integer>> raters = new ArrayList<>();
            for (String rater : study.protocol().raters()) {
                raters.add(() -> {
                    int cast = 0;
                    for (Optional<Shown> next = study.nextFor(rater); next.isPresent(); next = study.nextFor(rater)) {
                        // What interrupts a thread of a server must not take the file away from the others.
                        Thread.currentThread().interrupt();
                        study.vote(rater, next.get().place(), VoteChoice.RIGHT);
                        assertThat(Thread.interrupted()).isTrue();
                        cast++;
                    }
                    return cast;
                });
            }
            for (Future<Integer> cast : threads.invokeAll(raters)) {
                assertThat(cast.get()).isEqualTo(MATCHES + 6);
            }
        } finally {
            threads.shutdownNow();
        }
        try (PreferenceStudy study = PreferenceStudy.open(folderOfStudy)) {
            assertThat(study.progress()).allMatch(PreferenceStudy.Progress::complete);
        }
    }

    @Test
    void aTornLastLineIsDroppedWhereverItWasTornAndNoOther() throws IOException {
        Path study = PreferenceFixture.study(folder, 2, MATCHES, 1);
        voted(study, 3);
        Path votes = study.resolve(StudyFiles.VOTES);
        byte[] whole = Files.readAllBytes(votes);
        int last = new String(whole, StandardCharsets.UTF_8).stripTrailing().lastIndexOf('\n') + 1;
        for (int end = last; end < whole.length; end++) {
            Files.write(votes, Arrays.copyOf(whole, end));
            assertThat(VotesFile.read(votes).entries()).as("cut at %s", end).hasSize(2);
        }
        try (PreferenceStudy opened = PreferenceStudy.open(study)) {
            assertThat(opened.dropped()).isEqualTo(whole.length - 1 - last);
            assertThat(opened.progress().get(0).done()).isEqualTo(2);
        }
        voted(study, 1);
        assertThat(VotesFile.read(votes).entries()).hasSize(3);
        byte[] damaged = Files.readAllBytes(votes);
        damaged[last - 5] ^= 1;
        Files.write(votes, damaged);
        assertThatThrownBy(() -> PreferenceStudy.open(study)).hasMessageContaining("line 3 is damaged");
        Files.write(votes, Arrays.copyOf(whole, 20));
        try (PreferenceStudy opened = PreferenceStudy.open(study)) {
            assertThat(opened.progress().get(0).done()).isZero();
        }
    }

    private static void voted(Path study, int votes) throws IOException {
        try (PreferenceStudy opened = PreferenceStudy.open(study)) {
            String rater = opened.protocol().raters().get(0);
            int done = opened.progress(rater).done();
            for (int vote = 1; vote <= votes; vote++) {
                opened.vote(rater, done + vote, VoteChoice.LEFT);
            }
        }
    }

    @Test
    void theProtocolIsFixedFromTheFirstVoteOn() throws IOException {
        Path study = PreferenceFixture.study(folder, 2, MATCHES, 1);
        Path protocol = study.resolve(StudyFiles.PROTOCOL);
        String text = Files.readString(protocol);
        Files.writeString(protocol, text.replace("least-share: 0.75", "least-share: 0.9"));
        voted(study, 1);
        Files.writeString(protocol, text);
        assertThatThrownBy(() -> PreferenceStudy.open(study)).hasMessageContaining("fixed from the first vote on");
        Files.writeString(protocol, text.replace("least-share: 0.75", "least-share: 0.9"));
        voted(study, 1);
        Files.writeString(protocol, text.replace("power: ", "power: 1"));
        assertThatThrownBy(() -> PreferenceStudy.open(study)).hasMessageContaining("planned must hold votes 12");
        Files.writeString(protocol, text + "matchs: 3\n");
        assertThatThrownBy(() -> PreferenceStudy.open(study)).hasMessageContaining("matchs");
    }

    @Test
    void whatBelongsToAStudyMayNotChange() throws IOException {
        Path study = PreferenceFixture.study(folder, 2, MATCHES, 1);
        Path image = images(study).get(3);
        byte[] bytes = Files.readAllBytes(image);
        Files.write(image, Arrays.copyOf(bytes, bytes.length - 1));
        assertThatThrownBy(() -> PreferenceStudy.open(study)).hasMessageContaining("missing or was changed");
        Files.write(image, bytes);
        Path trials = study.resolve(StudyFiles.TRIALS);
        Files.writeString(trials, Files.readString(trials) + " ");
        assertThatThrownBy(() -> PreferenceStudy.open(study))
                .hasMessageContaining("trials.json is missing or was changed");
        assertThatThrownBy(() -> PreferenceStudy.open(folder)).hasMessageContaining("has none");
    }

    @Test
    void aVotesFileThatIsTakenAwayIsNotedBeforeAVoteIsAcknowledged() throws IOException {
        Path study = PreferenceFixture.study(folder, 2, MATCHES, 1);
        voted(study, 2);
        try (PreferenceStudy opened = PreferenceStudy.open(study)) {
            String rater = opened.protocol().raters().get(0);
            Files.move(study.resolve(StudyFiles.VOTES), study.resolve("away"));
            assertThatThrownBy(() -> opened.vote(rater, 3, VoteChoice.LEFT)).hasMessageContaining("taken away");
            assertThat(opened.progress(rater).done()).isEqualTo(2);
        }
    }

    @Test
    void oneProgramAtATimeTakesVotes() throws IOException {
        Path folderOfStudy = PreferenceFixture.study(folder, 2, MATCHES, 1);
        try (PreferenceStudy study = PreferenceStudy.open(folderOfStudy)) {
            assertThatThrownBy(() -> PreferenceStudy.open(folderOfStudy)).hasMessageContaining("only one program");
            try (VoterProcess other = VoterProcess.start(folderOfStudy)) {
                assertThat(other.next()).contains(VoterProcess.REFUSED + "only one program at a time");
            }
            study.vote(study.protocol().raters().get(0), 1, VoteChoice.LEFT);
        }
        voted(folderOfStudy, 1);
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void killsLoseNoAcknowledgedVote() throws IOException {
        KilledVotes killed = new KilledVotes(PreferenceFixture.study(folder, 2, 40, 3));
        int votes = 0;
        for (int number = 1; number <= 3; number++) {
            votes = killed.kill(number);
        }
        assertThat(votes).isPositive();
    }

    @Test
    void aFullDiskLosesNoVoteAndVotingGoesOnWhenThereIsRoom() throws IOException {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        assumeTrue(
                mount("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString()),
                "no file system of a given size can be mounted here");
        try {
            Path made = PreferenceFixture.study(folder, 2, MATCHES, 3);
            Path study = disk.resolve("study");
            assertThat(mount("cp", "-r", made.toString(), study.toString())).isTrue();
            try (PreferenceStudy opened = PreferenceStudy.open(study)) {
                String rater = opened.protocol().raters().get(0);
                fill(disk.resolve("filler"));
                int done = untilRefused(opened, rater);
                assertThat(opened.progress(rater).done()).isEqualTo(done);
                Files.delete(disk.resolve("filler"));
                opened.vote(rater, done + 1, VoteChoice.TIE);
                assertThat(opened.progress(rater).done()).isEqualTo(done + 1);
            }
            try (PreferenceStudy opened = PreferenceStudy.open(study)) {
                assertThat(opened.dropped()).isZero();
                String rater = opened.protocol().raters().get(0);
                assertThat(opened.progress(rater).done()).isPositive();
            }
        } finally {
            assertThat(mount("umount", "-l", disk.toString())).isTrue();
        }
    }

    /** Votes and takes back until the disk is full; the votes that stand then. */
    private static int untilRefused(PreferenceStudy study, String rater) {
        for (int step = 0; step < 1000; step++) {
            int done = study.progress(rater).done();
            try {
                if (step % 3 == 2) {
                    study.undo(rater);
                } else {
                    study.vote(rater, done + 1, VoteChoice.TIE);
                }
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("all earlier votes are kept");
                return done;
            }
            if (study.progress(rater).complete()) {
                throw new AssertionError("the disk should have been full before the votes were done");
            }
        }
        throw new AssertionError("the disk was never full");
    }

    private static void fill(Path filler) throws IOException {
        try (var out = Files.newOutputStream(filler)) {
            while (true) {
                out.write(new byte[4096]);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }

    private static boolean mount(String... command) throws IOException {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getInputStream().readAllBytes();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false; // There is no such command.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static List<Path> images(Path study) throws IOException {
        try (Stream<Path> files = Files.list(study.resolve(StudyFiles.IMAGES))) {
            return files.sorted().toList();
        }
    }
}
