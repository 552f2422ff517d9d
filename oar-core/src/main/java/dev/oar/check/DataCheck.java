package dev.oar.check;

import dev.oar.check.DataReport.ImageCounts;
import dev.oar.check.ScannedImage.Seen;
import dev.oar.config.ConfigException;
import dev.oar.config.KnownKinds;
import dev.oar.config.Spelling;
import dev.oar.data.ImageFolderConfig;
import dev.oar.data.TestImages;
import dev.oar.image.CenterCrop;
import dev.oar.image.ContactSheet;
import dev.oar.image.ImageLoss;
import dev.oar.image.ImageReader;
import dev.oar.image.Rgb;
import dev.oar.image.RgbImage;
import dev.oar.layout.DataLayouts;
import dev.oar.layout.FoundImage;
import dev.oar.layout.ImageArchive;
import dev.oar.layout.LeftOut;
import dev.oar.layout.Listing;
import dev.oar.layout.ListingProblem;
import dev.oar.order.CounterRandom;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Checks a set of images before anything is trained on it: where opening it for a recipe ends at the first problem, this counts all of them.
 *
 * <p>Images are decoded side by side on all cores, and of each only hashes and counts are kept.
 */
public final class DataCheck implements AutoCloseable {
    /** How many images are looked at between two reports of progress. */
    private static final int BLOCK = 512;

    private static final int ANY_SIZE = 64;

    private final ImageArchive source;
    private final ImageFolderConfig config;
    private final String layoutReason;
    private final NameTally problems = new NameTally();
    private final NameTally unreadable = new NameTally();
    private final List<FoundImage> readable = new ArrayList<>();
    private final List<ScannedImage> scanned = new ArrayList<>();

    /** Hears how far the check has come. */
    @FunctionalInterface
    public interface Listener {
        /** So many of all images were looked at. */
        void checked(int images, int all);
    }

    private DataCheck(ImageArchive source, ImageFolderConfig config, String layoutReason) {
        this.source = source;
        this.config = config;
        this.layoutReason = layoutReason;
    }

    /**
     * Opens a set for the check of a recipe that has only its path.
     *
     * @param layout the name of its layout; empty: it is recognised
     * @throws IOException in one sentence, if there is nothing there
     * @throws ConfigException if there is no layout of that name
     */
    public static DataCheck open(Path path, Optional<String> layout) throws IOException {
        ImageFolderConfig config = ImageFolderConfig.of(path.toString(), ANY_SIZE);
        if (layout.isPresent()) {
            ImageFolderConfig asked = config.withLayout(DataLayouts.named("--as", layout.get()));
            return new DataCheck(ImageArchive.open(path), asked, "as asked for");
        }
        ImageArchive source = ImageArchive.open(path);
        DataLayouts.Recognised recognised = DataLayouts.recognise(source);
        return new DataCheck(source, config.withLayout(recognised.layout()), recognised.reason());
    }

    /**
     * Opens the set of a recipe.
     *
     * @param baseDirectory what a relative path in the configuration is relative to
     * @throws IOException in one sentence, if there is nothing there
     */
    public static DataCheck open(ImageFolderConfig config, Path baseDirectory) throws IOException {
        return new DataCheck(ImageArchive.open(baseDirectory.resolve(config.path())), config, "the recipe says so");
    }

    /**
     * Checks everything.
     *
     * @param quick whether to read headers alone
     * @throws IOException if the set cannot be read any more
     */
    public DataReport check(boolean quick, Listener listener) throws IOException {
        Listing listing = new Listing(List.of(), LeftOut.NONE, List.of(), Optional.empty());
        List<FoundImage> images = List.of();
        List<String> refusals = new ArrayList<>();
        boolean[] tested = new boolean[0];
        try {
            listing = config.layout()
                    .list(
                            source,
                            config.columns(),
                            (problem, item, reason) -> problems.add(Spelling.word(problem), item));
            images = TestImages.taken(config, listing);
            scan(images, quick, listener);
            tested = TestImages.tested(config, listing, readable);
        } catch (IOException | ConfigException e) {
            refusals.add(String.valueOf(e.getMessage()));
        }
        if (tested.length < readable.size()) {
            tested = new boolean[readable.size()];
        }
        int test =
                (int) IntStream.range(0, tested.length).filter(places(tested)).count();
        ImageCounts counts = new ImageCounts(
                images.size(),
                readable.size(),
                readable.size() - test,
                test,
                listing.testFiles().isPresent());
        List<Seen> seen =
                scanned.stream().flatMap(image -> image.pixels().stream()).toList();
        Optional<DuplicateSearch> duplicates =
                quick ? Optional.empty() : Optional.of(new DuplicateSearch(readable, seen, tested));
        return new DataReport(
                source.path().toString(),
                KnownKinds.name(config.layout().getClass()),
                layoutReason,
                quick,
                refusals.isEmpty() ? failures(counts) : refusals,
                counts,
                ClassCounts.of(readable),
                CaptionCounts.of(images),
                SizeCounts.of(readable, scanned),
                losses(),
                quick
                        ? Optional.empty()
                        : Optional.of((int) seen.stream().filter(Seen::grey).count()),
                unreadable.named(),
                problems.named(),
                duplicates.map(DuplicateSearch::exact),
                duplicates.map(DuplicateSearch::near),
                Named.of(listing.leftOut().names()),
                listing.notes());
    }

    private static IntPredicate places(boolean[] tested) {
        return place -> tested[place];
    }

    private void scan(List<FoundImage> images, boolean quick, Listener listener) {
        for (int from = 0; from < images.size(); from += BLOCK) {
            List<FoundImage> block = images.subList(from, Math.min(images.size(), from + BLOCK));
            List<Outcome> outcomes =
                    block.parallelStream().map(image -> outcome(image, quick)).toList();
            for (int i = 0; i < block.size(); i++) {
                FoundImage image = block.get(i);
                Outcome outcome = outcomes.get(i);
                if (outcome.image().isPresent()) {
                    readable.add(image);
                    scanned.add(outcome.image().get());
                } else {
                    unreadable.add(UnreadableReason.of(image, outcome.refusal()), image.fileName());
                }
            }
            listener.checked(from + block.size(), images.size());
        }
    }

    /** What looking at a file found, or else why it cannot be read. */
    private record Outcome(Optional<ScannedImage> image, String refusal) {}

    private Outcome outcome(FoundImage image, boolean quick) {
        try {
            return new Outcome(Optional.of(ScannedImage.of(image, config, quick)), "");
        } catch (IOException e) {
            return new Outcome(Optional.empty(), String.valueOf(e.getMessage()));
        }
    }

    private Map<String, Named> losses() {
        Map<String, Named> losses = new LinkedHashMap<>();
        for (ImageLoss loss : ImageLoss.values()) {
            List<String> names = IntStream.range(0, scanned.size())
                    .filter(place -> scanned.get(place).losses().contains(loss))
                    .mapToObj(place -> readable.get(place).fileName())
                    .toList();
            if (!names.isEmpty()) {
                losses.put(Spelling.word(loss), Named.of(names));
            }
        }
        return losses;
    }

    private List<String> failures(ImageCounts counts) {
        List<String> failures = new ArrayList<>();
        Map<String, Named> found = problems.named();
        for (ListingProblem problem : ListingProblem.values()) {
            Named items = found.get(Spelling.word(problem));
            if (items != null) {
                failures.add("a recipe refuses " + problem.items() + ", but there are " + items.summary()
                        + "; correct them or take them out");
            }
        }
        int damaged = counts.listed() - counts.readable();
        if (damaged > 0 && !config.skipUnreadable()) {
            failures.add("a recipe refuses images that cannot be read, but there are " + damaged
                    + "; replace them, or set skip-unreadable");
        }
        if (counts.listed() == 0) {
            failures.add("a recipe needs images, but there is none; check the path and the layout");
        } else if (counts.train() == 0) {
            failures.add("a recipe needs images to train on, but of " + counts.listed()
                    + " there is none that is readable" + " and not kept for testing; check the split");
        }
        return failures;
    }

    /**
     * A sample of the readable images, each with the name of its class, in the order of their names.
     *
     * @param count how many images at most
     * @param size side of each in pixels
     * @param seed chooses which
     * @return empty if there is none, or nothing was checked yet
     * @throws IOException in one sentence, if an image cannot be decoded
     */
    public Optional<RgbImage> sheet(int count, int size, long seed) throws IOException {
        CounterRandom random = CounterRandom.of(seed, "contact sheet");
        List<Integer> places =
                new ArrayList<>(IntStream.range(0, readable.size()).boxed().toList());
        places.sort(Comparator.comparingLong((Integer place) -> random.bits(place)));
        List<Integer> chosen = new ArrayList<>(places.subList(0, Math.min(count, places.size())));
        Collections.sort(chosen);
        List<RgbImage> images = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int place : chosen) {
            FoundImage image = readable.get(place);
            images.add(CenterCrop.apply(
                    ImageReader.read(image.path(), config.limits(), Rgb.parse(config.background())), size));
            names.add(image.className());
        }
        return images.isEmpty()
                ? Optional.empty()
                : Optional.of(ContactSheet.of(images, ContactSheet.columns(images.size()), 1, names));
    }

    /** Closes the zip, if it is one. */
    @Override
    public void close() throws IOException {
        source.close();
    }
}
