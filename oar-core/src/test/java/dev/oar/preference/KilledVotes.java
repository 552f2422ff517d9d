package dev.oar.preference;

import dev.oar.order.CounterRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Kills voters by SIGKILL at random moments: no acknowledged vote is lost, and at most the one that was being written is there besides. */
final class KilledVotes {
    private static final int MOST_HEARD = 60;
    private static final int LATEST_NANOSECONDS = 3_000_000;

    private final Path study;
    private final Map<String, Integer> acknowledged = new TreeMap<>();
    private int votes;

    /** Kills of voters on this study, which nobody has voted on yet. */
    KilledVotes(Path study) throws IOException {
        this.study = study;
        StudyFiles.read(study).protocol().raters().forEach(rater -> acknowledged.put(rater, 0));
    }

    /**
     * Kills one voter.
     *
     * @param number decides when
     * @return how many votes and undoings were acknowledged so far
     */
    int kill(long number) throws IOException {
        try (VoterProcess voter = VoterProcess.start(study)) {
            String first = voter.next();
            require(VoterProcess.READY.equals(first), "a study can be opened after a kill, but: " + first);
            CounterRandom random = CounterRandom.of(number, "killed votes");
            List<String> lines = new ArrayList<>();
            int heard = random.integer(MOST_HEARD, 0);
            for (String line = voter.next(); line != null; line = lines.size() < heard ? voter.next() : null) {
                lines.add(line);
            }
            lines.addAll(voter.killAfter(random.integer(LATEST_NANOSECONDS, 1)));
            for (String line : lines) {
                // The last line may be torn like any other.
                String[] words = line.split(" ", -1);
                if (line.startsWith(VoterProcess.DONE) && words.length == 3 && !words[2].isEmpty()) {
                    acknowledged.put(words[1], Integer.valueOf(words[2]));
                    votes++;
                }
                require(!line.startsWith(VoterProcess.REFUSED), line);
            }
        }
        check();
        return votes;
    }

    private void check() throws IOException {
        int besides = 0;
        try (PreferenceStudy opened = PreferenceStudy.open(study)) {
            for (PreferenceStudy.Progress progress : opened.progress()) {
                int known = acknowledged.getOrDefault(progress.rater(), 0);
                besides += Math.abs(progress.done() - known);
                acknowledged.put(progress.rater(), progress.done());
            }
        }
        require(besides <= 1, "at most one vote was not acknowledged, but " + besides + " votes are other than known");
        StudyFiles files = StudyFiles.read(study);
        PreferenceReport report = PreferenceReport.of(files);
        List<String> raters = files.protocol().raters();
        for (int rater = 0; rater < raters.size(); rater++) {
            List<VoteEntry> own = report.votes(raters.get(rater));
            for (int place = 1; place <= own.size(); place++) {
                require(
                        own.get(place - 1).chosen() == VoterProcess.choice(rater, place),
                        "the vote of " + raters.get(rater) + " on number " + place + " is another");
            }
        }
    }

    private static void require(boolean holds, String law) {
        if (!holds) {
            throw new AssertionError(law);
        }
    }

    /** Kills voters; the arguments are a folder that is made, and how many. */
    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        int kills = Integer.parseInt(arguments[1]);
        KilledVotes killed = new KilledVotes(PreferenceFixture.study(folder, 2, 40, 3));
        for (int number = 1; number <= kills; number++) {
            System.out.println("votes " + number + ": killed, " + killed.kill(number) + " acknowledged so far");
        }
        System.exit(0);
    }
}
