package dev.oar.check;

import dev.oar.check.DataReport.ImageCounts;
import dev.oar.config.ConfigException;
import dev.oar.config.KnownKinds;
import dev.oar.config.Spelling;
import dev.oar.data.ImageFolderConfig;
import dev.oar.data.TestImages;
import dev.oar.image.CenterCrop;
import dev.oar.image.ContactSheet;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Checks a set of images before anything is trained on it: where opening it for a recipe ends at the first problem, this counts all of them.
 *
 * <p>Images are decoded side by side on all cores, and of each only hashes and counts are kept.
 */
public final class DataCheck implements AutoCloseable {
    /** The check does not depend on the size that images are cropped to. */
    private static final int ANY_SIZE = 64;

    private final ImageArchive source;
    private final ImageFolderConfig config;
    private final String layoutReason;
    private final Path baseDirectory;
    private ImageScan scan;

    /** Hears how far the check has come. */
    @FunctionalInterface
    public interface Listener {
        /** So many of all images were looked at. */
        void checked(int images, int all);
    }

    private DataCheck(ImageArchive source, ImageFolderConfig config, String layoutReason, Path baseDirectory) {
        this.source = source;
        this.config = config;
        this.layoutReason = layoutReason;
        this.baseDirectory = baseDirectory;
        this.scan = new ImageScan(config, true);
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
            ImageFolderConfig asked = config.withLayout(DataLayouts.named("the layout asked for", layout.get()));
            return new DataCheck(ImageArchive.open(path), asked, "as asked for", path);
        }
        ImageArchive source = ImageArchive.open(path);
        DataLayouts.Recognised recognised = DataLayouts.recognise(source);
        return new DataCheck(source, config.withLayout(recognised.layout()), recognised.reason(), path);
    }

    /**
     * Opens the set of a recipe.
     *
     * @param baseDirectory what a relative path in the configuration is relative to
     * @throws IOException in one sentence, if there is nothing there
     */
    public static DataCheck open(ImageFolderConfig config, Path baseDirectory) throws IOException {
        return new DataCheck(
                ImageArchive.open(baseDirectory.resolve(config.path())), config, "the recipe says so", baseDirectory);
    }

    /** What could be listed and read of the set, and why no more, if a whole part of it is refused. */
    private record Found(Listing listing, List<FoundImage> images, boolean[] tested, Optional<String> refusal) {}

    /**
     * Checks everything.
     *
     * @param quick whether to read headers alone
     */
    public DataReport check(boolean quick, Listener listener) {
        return check(quick, CaptionLimit.usual(), listener);
    }

    /**
     * As the shorter form.
     *
     * @param limit the encoder whose tokens captions are counted in
     */
    public DataReport check(boolean quick, CaptionLimit limit, Listener listener) {
        NameTally problems = new NameTally();
        scan = new ImageScan(config, quick);
        Found found = find(problems, listener);
        ImageCounts counts = counts(found);
        CaptionCounts captions = CaptionCounts.of(found.images(), trained(found.tested()), limit);
        Optional<CodeCounts> codes = config.codes().map(where -> CodeCounts.of(where, baseDirectory));
        List<String> failures =
                new ArrayList<>(found.refusal().map(List::of).orElseGet(() -> failures(problems.named(), counts)));
        if (limit.needed() && found.refusal().isEmpty()) {
            failures.addAll(captions.failures());
        }
        codes.flatMap(CodeCounts::failure).ifPresent(failures::add);
        Optional<DuplicateSearch> duplicates = quick
                ? Optional.empty()
                : Optional.of(new DuplicateSearch(scan.readable(), scan.seen(), found.tested()));
        return new DataReport(
                source.path().toString(),
                KnownKinds.name(config.layout().getClass()),
                layoutReason,
                quick,
                failures,
                counts,
                ClassCounts.of(scan.readable()),
                captions,
                scan.sizes(),
                scan.losses(),
                scan.grey(),
                scan.unreadable(),
                problems.named(),
                duplicates.map(DuplicateSearch::exact),
                duplicates.map(DuplicateSearch::near),
                Named.of(found.listing().leftOut().names()),
                found.listing().notes(),
                codes,
                Optional.empty());
    }

    /** The section {@code data} that the set is checked by: that of the recipe, or one with the layout that was asked for or recognised. */
    public ImageFolderConfig config() {
        return config;
    }

    private Found find(NameTally problems, Listener listener) {
        Listing listing = new Listing(List.of(), LeftOut.NONE, List.of(), Optional.empty());
        List<FoundImage> images = List.of();
        try {
            listing = config.layout()
                    .list(
                            source,
                            config.columns(),
                            (problem, item, reason) -> problems.add(Spelling.word(problem), item));
            images = TestImages.taken(config, listing);
            scan.look(images, listener);
            boolean[] tested = TestImages.tested(config, listing, scan.readable());
            return new Found(listing, images, tested, Optional.empty());
        } catch (IOException | ConfigException e) {
            boolean[] untold = new boolean[scan.readable().size()];
            return new Found(listing, images, untold, Optional.of(String.valueOf(e.getMessage())));
        }
    }

    private List<FoundImage> trained(boolean[] tested) {
        return IntStream.range(0, tested.length)
                .filter(place -> !tested[place])
                .mapToObj(scan.readable()::get)
                .toList();
    }

    private ImageCounts counts(Found found) {
        int test = 0;
        for (boolean tested : found.tested()) {
            test += tested ? 1 : 0;
        }
        int readable = scan.readable().size();
        return new ImageCounts(
                found.images().size(),
                readable,
                readable - test,
                test,
                found.listing().testFiles().isPresent());
    }

    private List<String> failures(Map<String, Named> problems, ImageCounts counts) {
        List<String> failures = new ArrayList<>();
        for (ListingProblem problem : ListingProblem.values()) {
            Named items = problems.get(Spelling.word(problem));
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
                    + " there is none that is readable and not kept for testing; check the split");
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
        List<FoundImage> readable = scan.readable();
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
