package dev.oar.evaluate;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What a figure measures.
 *
 * @param name as it stands in tables, such as {@code FD (own features)}
 * @param lowerIsBetter whether a smaller value is the better one, if one is better ({@link #judges})
 * @param kind what sort of figure it is, which decides where and how it is shown
 */
public record Metric(
        @JsonProperty(required = true) String name,
        @JsonProperty(required = true) boolean lowerIsBetter,
        @JsonProperty(required = true) Kind kind) {

    /** The sorts of figures. */
    public enum Kind {
        /** Bits per token in orders that were chosen without looking at the answers: the length of a code. */
        @JsonProperty("code-length")
        CODE_LENGTH,
        /** Bits per token in orders that look at the answers. */
        @JsonProperty("prediction")
        PREDICTION,
        /** The Frechet distance of the images at hand, from which a measurement's resolution is told. */
        @JsonProperty("frechet-distance")
        FRECHET_DISTANCE,
        /** Any other distance between two sets of images. */
        @JsonProperty("distance")
        DISTANCE,
        /** Another score of a set of images, such as precision. */
        @JsonProperty("score")
        SCORE,
        /** The peak signal-to-noise ratio of what a tokenizer leaves of images. */
        @JsonProperty("signal-to-noise")
        SIGNAL_TO_NOISE,
        /** Something else about a tokenizer: distances of its reconstructions, its use of codes. */
        @JsonProperty("reconstruction")
        RECONSTRUCTION,
        /** How well a hole in an image was filled. */
        @JsonProperty("hole")
        HOLE,
        /** Whether images show all that their captions ask for. */
        @JsonProperty("caption")
        CAPTION,
        /** Whether images show one attribute that their captions ask for, or one held-out pair. */
        @JsonProperty("attribute")
        ATTRIBUTE,
        /** How well drawn images are told from real ones. */
        @JsonProperty("two-sample")
        TWO_SAMPLE,
        /** How far the code length of drawn images under an independent model lies from that of real ones. */
        @JsonProperty("drawn-code-length")
        DRAWN_CODE_LENGTH,
        /** What informs, but is neither better nor worse by itself, such as a distance to training images. */
        @JsonProperty("description")
        DESCRIPTION
    }

    /** Whether one figure is better than another; if not, {@link #lowerIsBetter} says nothing. */
    public boolean judges() {
        return kind != Kind.DESCRIPTION;
    }

    /** Whether the figure rests on features of images, and so on the network that they are taken from. */
    public boolean ofFeatures() {
        return kind != Kind.CODE_LENGTH && kind != Kind.DRAWN_CODE_LENGTH;
    }

    /** Whether it says how well tokens were predicted. */
    public boolean ofTokens() {
        return kind == Kind.CODE_LENGTH || kind == Kind.PREDICTION;
    }

    /** Whether it says how well images show what their captions ask for. */
    public boolean ofCaptions() {
        return kind == Kind.CAPTION || kind == Kind.ATTRIBUTE;
    }

    /** Whether it is a distance between sets of images. */
    public boolean tellsDistance() {
        return kind == Kind.FRECHET_DISTANCE || kind == Kind.DISTANCE;
    }
}
