package dev.oar.preference;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.file.AtomicFile;
import dev.oar.image.ImageLimits;
import dev.oar.image.ImageReader;
import dev.oar.image.PngFile;
import dev.oar.image.Rgb;
import dev.oar.image.RgbImage;
import dev.oar.preference.PreferenceProtocol.ComparedArm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Pictures that an arm has drawn for a study that is not complete yet, so that making it goes on where it was after a crash. They lie in a
 * folder of the study that is gone when the study is complete, since their names tell the arm.
 */
public final class KeptPictures {
    private static final String FOLDER = "unfinished";
    private static final int DIGITS = 32;

    private final Path folder;
    private final ComparedArm arm;
    private final List<String> drawnBy;

    /**
     * Those of an arm.
     *
     * @param study the folder of the study
     * @param drawnBy what decides over pixels beside what the study tells of the arm, such as the device
     */
    public KeptPictures(Path study, ComparedArm arm, List<String> drawnBy) {
        this.folder = study.resolve(FOLDER);
        this.arm = arm;
        this.drawnBy = List.copyOf(drawnBy);
    }

    /** Draws pictures. */
    @FunctionalInterface
    public interface Round {
        /** The pictures, in the sequence of their matches. */
        List<RgbImage> draw() throws IOException;
    }

    /**
     * The pictures of matches that are drawn together: as they were kept or, where one is missing or damaged or anything would be drawn
     * otherwise, drawn now and kept.
     *
     * @throws IOException if there is no room for them
     */
    public List<RgbImage> round(List<MatchKey.Settings> matches, Round round) throws IOException {
        String key = key(matches);
        List<RgbImage> kept = read(key, matches.size());
        if (!kept.isEmpty()) {
            return kept;
        }
        List<RgbImage> drawn = round.draw();
        for (int place = 0; place < drawn.size(); place++) {
            AtomicFile.write(file(key, place), PngFile.encode(drawn.get(place)));
        }
        return drawn;
    }

    private String key(List<MatchKey.Settings> matches) {
        Fingerprint.Accumulator all =
                new Fingerprint.Accumulator().add(arm.name()).add(arm.source());
        arm.drawing().forEach((key, value) -> all.add(key).add(value));
        drawnBy.forEach(all::add);
        for (MatchKey.Settings match : matches) {
            all.add(match.asked().description()).add(match.seed()).add(match.index());
            match.asked().text().forEach((key, value) -> all.add(key).add(value));
        }
        return all.fingerprint().substring(0, DIGITS);
    }

    private Path file(String key, int place) {
        return folder.resolve(key + "-" + place + ".png");
    }

    private List<RgbImage> read(String key, int count) {
        List<RgbImage> kept = new ArrayList<>();
        for (int place = 0; place < count; place++) {
            Optional<RgbImage> picture = read(file(key, place));
            if (picture.isEmpty()) {
                return List.of();
            }
            kept.add(picture.get());
        }
        return kept;
    }

    private static Optional<RgbImage> read(Path file) {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(ImageReader.read(file, ImageLimits.DEFAULT, Rgb.WHITE));
        } catch (IOException e) {
            // It is drawn again.
            return Optional.empty();
        }
    }

    /** Takes all that was kept for a study away. */
    static void clear(Path study) throws IOException {
        Path folder = study.resolve(FOLDER);
        if (!Files.isDirectory(folder)) {
            return;
        }
        List<Path> files;
        try (Stream<Path> listed = Files.list(folder)) {
            files = listed.toList();
        }
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
        Files.deleteIfExists(folder);
    }
}
