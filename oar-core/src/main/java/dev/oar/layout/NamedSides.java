package dev.oar.layout;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The sides of a split, told by the words of file names: {@code train} or {@code training}; {@code test}, {@code val}, {@code valid} or
 * {@code validation}.
 */
public final class NamedSides {
    private static final Set<String> TRAINING = Set.of("train", "training");
    private static final Set<String> TEST = Set.of("test", "val", "valid", "validation");

    /** Which side a file is of. */
    private enum Side {
        TRAINING,
        TEST,
        NONE
    }

    private NamedSides() {}

    /**
     * The files that are tested; none unless there are others to train on.
     *
     * @param files names with slashes
     * @param folder what they lie in, for errors
     * @throws dev.oar.file.CorruptFileException if some are named for a side and others are not
     */
    public static Set<String> tested(Set<String> files, Path folder) throws IOException {
        Set<Side> sides = files.stream().map(NamedSides::side).collect(Collectors.toSet());
        if (!sides.contains(Side.TRAINING) || !sides.contains(Side.TEST)) {
            return Set.of();
        }
        for (String file : files) {
            LayoutFiles.require(
                    side(file) != Side.NONE,
                    "where some shards are named for training and others for testing, all are, but %s in %s is not; put"
                            + " 'train' or 'test' into its name, or move it away",
                    file,
                    folder);
        }
        return files.stream().filter(file -> side(file) == Side.TEST).collect(Collectors.toSet());
    }

    /** The last word of a name that tells it, so that a file's own name counts before its folder's. */
    private static Side side(String name) {
        Side side = Side.NONE;
        for (String word : name.toLowerCase(Locale.ROOT).split("[^a-z]+")) {
            if (TRAINING.contains(word)) {
                side = Side.TRAINING;
            } else if (TEST.contains(word)) {
                side = Side.TEST;
            }
        }
        return side;
    }
}
