package dev.oar.preference;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.config.RecipeWriter;
import dev.oar.config.Require;
import dev.oar.data.ImageSet;
import dev.oar.file.AtomicFile;
import dev.oar.image.ImageSize;
import dev.oar.image.PngFile;
import dev.oar.image.RgbImage;
import dev.oar.measure.MeasurementListener;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.preference.PreferenceProtocol.CatchRule;
import dev.oar.preference.PreferenceProtocol.ComparedArm;
import dev.oar.preference.PreferenceProtocol.PlannedPower;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Makes the folder of a blind study. Images are written anew from their pixels, without compression and without text, under numbers that
 * chance gives, so that neither names nor sizes nor texts tell an arm.
 */
public final class StudyMaker {
    private static final int DIGITS = 4;

    private final Path folder;
    private final Plan plan;
    private final SortedMap<String, String> written = new TreeMap<>();

    /**
     * What is chosen of a study.
     *
     * @param question what raters are asked
     * @param seed chooses matches, names, sides and sequences
     * @param raters their codes
     * @param pairsPerRater pairs that each rater sees; empty: all
     * @param catchShare catch trials as a share of the pairs that a rater sees, 0 to 1; 0 for none
     * @param leastCatchShare see {@link CatchRule}
     * @param share see {@link PlannedPower}
     * @param correlation see {@link PlannedPower}
     * @param bootstrap replicates of the bootstrap
     */
    public record Plan(
            String question,
            long seed,
            List<String> raters,
            OptionalInt pairsPerRater,
            double catchShare,
            double leastCatchShare,
            double share,
            double correlation,
            int bootstrap) {
        /** Checks the share of catch trials, and copies the codes. */
        public Plan {
            raters = List.copyOf(raters);
            Require.that(
                    catchShare >= 0 && catchShare <= 1,
                    "catch-share must lie in 0 .. 1, but is %s; correct it",
                    catchShare);
        }

        /** How many pairs each rater sees of so many. */
        private int pairsSeen(int pairs) {
            return pairsPerRater.orElse(pairs);
        }

        /** How many catch trials each rater sees where there are so many pairs. */
        public int catchTrials(int pairs) {
            return (int) Math.ceil(catchShare * pairsSeen(pairs) - 1e-9);
        }
    }

    private StudyMaker(Path folder, Plan plan) {
        this.folder = folder;
        this.plan = plan;
    }

    /**
     * Some matches, chosen at random.
     *
     * @param count how many, at most all
     * @throws IllegalArgumentException if there are fewer
     */
    public static List<MatchKey> chosen(List<MatchKey> matches, int count, long seed) {
        Require.that(
                count >= 1 && count <= matches.size(),
                "pairs must lie in 1 .. %s, what the arms have in common, but are %s; choose another number",
                matches.size(),
                count);
        int[] places = GenerationOrder.uniform(matches.size(), CounterRandom.of(seed, "preference matches"))
                .toArray();
        return IntStream.range(0, count)
                .mapToObj(place -> matches.get(places[place]))
                .toList();
    }

    /**
     * Checks, before anything is drawn, that a folder may take a study.
     *
     * @throws IllegalArgumentException if it holds one
     */
    public static void requireNone(Path folder) {
        Require.that(
                !Files.exists(folder.resolve(StudyFiles.PROTOCOL)),
                "a study takes the place of no other, but %s holds one; choose another folder",
                folder);
    }

    /**
     * Makes a study.
     *
     * @param arms at least two, of images of one size
     * @param matches what is compared
     * @param real real images for catch trials, brought to the size of the arms; empty if there are none
     * @return what was fixed
     * @throws IllegalArgumentException in one sentence, if the plan does not fit the images
     */
    public static PreferenceProtocol make(
            Path folder,
            Plan plan,
            List<? extends ArmImages> arms,
            List<MatchKey> matches,
            Optional<ImageSet> real,
            MeasurementListener listener)
            throws IOException {
        requireNone(folder);
        return new StudyMaker(folder, plan).make(arms, matches, real, listener);
    }

    private PreferenceProtocol make(
            List<? extends ArmImages> arms,
            List<MatchKey> matches,
            Optional<ImageSet> real,
            MeasurementListener listener)
            throws IOException {
        int pairs = matches.size() * arms.size() * (arms.size() - 1) / 2;
        int catches = plan.catchTrials(pairs);
        requireOneSize(arms, real);
        Require.that(
                real.map(ImageSet::count).orElse(0) >= catches,
                "every catch trial shows a real image of its own, but there are %s real images for %s; name more by --catch-images, or"
                        + " lower --catch-share",
                real.map(ImageSet::count).orElse(0),
                catches);
        // Fails before anything is drawn if the plan does not fit.
        PreferenceProtocol checked = protocol(arms.stream().map(ArmImages::arm).toList(), matches.size(), catches, "");
        int count = matches.size() * arms.size() + 2 * catches;
        int[] numbers = GenerationOrder.uniform(count, CounterRandom.of(plan.seed, "preference names"))
                .toArray();
        String[][] names = new String[arms.size()][matches.size()];
        int[] done = {0};
        for (int arm = 0; arm < arms.size(); arm++) {
            int from = arm * matches.size();
            String[] own = names[arm];
            arms.get(arm).give(matches, (place, image) -> {
                own[place] = write(numbers[from + place], image);
                listener.progress("making the study", ++done[0], count);
            });
        }
        TrialList trials = new TrialList(
                TrialList.FORMAT,
                TrialList.VERSION,
                matches.stream()
                        .map(match -> new TrialList.Match(match.subject(), match.origin()))
                        .toList(),
                pairs(names),
                catches == 0 ? List.of() : catches(real.orElseThrow(), numbers, matches.size() * arms.size(), catches),
                written);
        requireDifferent(trials);
        AtomicFile.write(folder.resolve(StudyFiles.TRIALS), trials.bytes());
        PreferenceProtocol protocol = protocol(
                checked.arms(), matches.size(), catches, Fingerprint.ofFile(folder.resolve(StudyFiles.TRIALS)));
        KeptPictures.clear(folder);
        AtomicFile.write(
                folder.resolve(StudyFiles.PROTOCOL),
                RecipeWriter.write(protocol).getBytes(StandardCharsets.UTF_8));
        return protocol;
    }

    private PreferenceProtocol protocol(List<ComparedArm> arms, int matches, int catches, String trials) {
        int pairsPerRater = plan.pairsSeen(matches * arms.size() * (arms.size() - 1) / 2);
        return new PreferenceProtocol(
                PreferenceProtocol.VERSION,
                plan.question,
                plan.seed,
                arms,
                matches,
                plan.raters,
                pairsPerRater,
                new CatchRule(catches, plan.leastCatchShare),
                PlannedPower.of(plan.share, plan.correlation, arms.size(), matches, plan.raters.size(), pairsPerRater),
                plan.bootstrap,
                trials);
    }

    private static void requireOneSize(List<? extends ArmImages> arms, Optional<ImageSet> real) {
        ImageSize size = arms.get(0).size();
        for (ArmImages arm : arms) {
            Require.that(
                    arm.size().equals(size),
                    "size would tell an arm, so all have images of one size, but %s has %s pixels and %s has %s; bring all to one by"
                            + " --image-size",
                    arms.get(0).arm().source(),
                    size,
                    arm.arm().source(),
                    arm.size());
        }
        Require.that(
                real.isEmpty() || real.get().size().equals(size),
                "real images of catch trials have the size of the others, %s, but these have %s; bring all to one by --image-size",
                size,
                real.map(ImageSet::size).map(ImageSize::toString).orElse(""));
    }

    private String write(int number, RgbImage image) throws IOException {
        String name = String.format(Locale.ROOT, "%0" + DIGITS + "d", number);
        Path file = folder.resolve(StudyFiles.IMAGES).resolve(name + ".png");
        AtomicFile.write(file, PngFile.encodeUncompressed(image));
        written.put(name, Fingerprint.ofFile(file));
        return name;
    }

    private static List<TrialList.ImagePair> pairs(String[][] names) {
        List<TrialList.ImagePair> pairs = new ArrayList<>();
        for (int match = 0; match < names[0].length; match++) {
            for (int first = 0; first < names.length; first++) {
                for (int second = first + 1; second < names.length; second++) {
                    pairs.add(new TrialList.ImagePair(match, first, second, names[first][match], names[second][match]));
                }
            }
        }
        return pairs;
    }

    private List<TrialList.CatchTrial> catches(ImageSet real, int[] numbers, int from, int count) throws IOException {
        int[] places = GenerationOrder.uniform(real.count(), CounterRandom.of(plan.seed, "preference catch images"))
                .toArray();
        List<TrialList.CatchTrial> catches = new ArrayList<>();
        for (int trial = 0; trial < count; trial++) {
            int place = places[trial];
            RgbImage image = real.image(place);
            catches.add(new TrialList.CatchTrial(
                    new MatchKey.FileName(real.name(place)).subject(),
                    write(numbers[from + 2 * trial], image),
                    write(numbers[from + 2 * trial + 1], noise(image, trial))));
        }
        return catches;
    }

    /** An image of the same size whose every value is uniform noise. */
    private RgbImage noise(RgbImage like, int number) {
        CounterRandom random = CounterRandom.of(plan.seed, "preference noise").derive(number);
        byte[] rgb = new byte[like.rgb().length];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) random.bits(i);
        }
        return new RgbImage(like.width(), like.height(), rgb);
    }

    /** Pairs of equal images can only be ties; where all are, the arms are one. */
    private void requireDifferent(TrialList trials) {
        long equal = trials.pairs().stream()
                .filter(pair -> String.valueOf(written.get(pair.firstImage())).equals(written.get(pair.secondImage())))
                .count();
        Require.that(
                equal < trials.pairs().size(),
                "a study compares different images, but both images of every one of its %s pairs are equal to the pixel; name different"
                        + " arms",
                equal);
    }
}
