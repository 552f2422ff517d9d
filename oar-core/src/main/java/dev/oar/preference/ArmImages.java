package dev.oar.preference;

import dev.oar.image.ImageSize;
import dev.oar.image.RgbImage;
import java.io.IOException;
import java.util.List;

/** The images of one arm of a study. */
public interface ArmImages {
    /** The arm. */
    PreferenceProtocol.ComparedArm arm();

    /** The size of every image. */
    ImageSize size();

    /**
     * Gives the images of matches, in any sequence.
     *
     * @throws IllegalArgumentException in one sentence, if it has none of one of them
     * @throws IOException if one cannot be read
     */
    void give(List<MatchKey> matches, Receiver receiver) throws IOException;

    /** Takes images. */
    @FunctionalInterface
    interface Receiver {
        /**
         * Takes one.
         *
         * @param place of its match in the list that was asked for
         */
        void accept(int place, RgbImage image) throws IOException;
    }
}
