package dev.oar.check;

import dev.oar.image.RgbImage;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** 128 bits of the SHA-256 of an image's size and pixels: equal for images that show the same, whatever their files are. */
record PixelHash(long high, long low) {
    static PixelHash of(RgbImage image) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(ByteBuffer.allocate(8)
                    .putInt(image.width())
                    .putInt(image.height())
                    .flip());
            ByteBuffer result = ByteBuffer.wrap(digest.digest(image.rgb()));
            return new PixelHash(result.getLong(), result.getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256, but this one has not", e);
        }
    }
}
