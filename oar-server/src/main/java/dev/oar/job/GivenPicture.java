package dev.oar.job;

import dev.oar.edit.PixelMask;
import dev.oar.image.ImageLimits;
import dev.oar.image.ImageReader;
import dev.oar.image.Rgb;
import dev.oar.image.RgbaImage;
import dev.oar.message.Base64Text;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A picture that a client has sent.
 *
 * @param picture its pixels
 * @param fingerprint SHA-256 of its file
 */
record GivenPicture(RgbaImage picture, String fingerprint) {
    /**
     * Reads a picture.
     *
     * @param name what to call it in errors
     * @param base64 its file in base64, or a data URL of it
     * @throws IllegalArgumentException in one sentence, if it is no base64
     * @throws IOException in one sentence, if it is no picture, or larger than allowed
     */
    static GivenPicture read(String name, String base64, JobLimits limits) throws IOException {
        byte[] file = Base64Text.decode(name, base64);
        RgbaImage picture = ImageReader.readWithAlpha(name, file, new ImageLimits(limits.pixels(), limits.bytes()));
        return new GivenPicture(picture, fingerprint(file));
    }

    /** What is white or transparent in it. */
    PixelMask mask() {
        return PixelMask.ofWhite(picture.composedOn(Rgb.WHITE));
    }

    private static String fingerprint(byte[] file) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(file));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
