package dev.oar.check;

import dev.oar.check.ScannedImage.Seen;
import dev.oar.config.Spelling;
import dev.oar.data.ImageFolderConfig;
import dev.oar.image.ImageLoss;
import dev.oar.layout.FoundImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Looks at images side by side on all cores, and keeps of each a few hundred bytes. */
final class ImageScan {
    /** How many images are looked at between two reports of progress. */
    private static final int BLOCK = 512;

    private final ImageFolderConfig config;
    private final boolean quick;
    private final List<FoundImage> readable = new ArrayList<>();
    private final List<ScannedImage> scanned = new ArrayList<>();
    private final NameTally unreadable = new NameTally();

    /** What looking at a file found, or else why it cannot be read. */
    private record Outcome(Optional<ScannedImage> image, String refusal) {}

    /** A scan that has seen nothing yet. */
    ImageScan(ImageFolderConfig config, boolean quick) {
        this.config = config;
        this.quick = quick;
    }

    /** Looks at these images. */
    void look(List<FoundImage> images, DataCheck.Listener listener) {
        for (int from = 0; from < images.size(); from += BLOCK) {
            List<FoundImage> block = images.subList(from, Math.min(images.size(), from + BLOCK));
            List<Outcome> outcomes = block.parallelStream().map(this::outcome).toList();
            for (int i = 0; i < block.size(); i++) {
                add(block.get(i), outcomes.get(i));
            }
            listener.checked(from + block.size(), images.size());
        }
    }

    private Outcome outcome(FoundImage image) {
        try {
            return new Outcome(Optional.of(ScannedImage.of(image, config, quick)), "");
        } catch (IOException e) {
            return new Outcome(Optional.empty(), String.valueOf(e.getMessage()));
        }
    }

    private void add(FoundImage image, Outcome outcome) {
        if (outcome.image().isPresent()) {
            readable.add(image);
            scanned.add(outcome.image().get());
        } else {
            unreadable.add(UnreadableReason.of(image, outcome.refusal()), image.fileName());
        }
    }

    /** The images that can be read, in the order of their names. */
    List<FoundImage> readable() {
        return Collections.unmodifiableList(readable);
    }

    /** Those that cannot be read, by reason. */
    Map<String, Named> unreadable() {
        return unreadable.named();
    }

    Optional<SizeCounts> sizes() {
        return SizeCounts.of(readable, scanned);
    }

    /** What was seen of the pixels of the readable images, in their order; nothing where headers alone were read. */
    List<Seen> seen() {
        return scanned.stream().flatMap(image -> image.pixels().stream()).toList();
    }

    /** How many images are without colour; empty where headers alone were read. */
    Optional<Integer> grey() {
        return quick
                ? Optional.empty()
                : Optional.of((int) seen().stream().filter(Seen::grey).count());
    }

    /** The images of which reading leaves something out, by what it is. */
    Map<String, Named> losses() {
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
}
