package dev.oar.image;

import com.luciad.imageio.webp.WebPImageReaderSpi;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** The pixels of the first picture of a WebP file (RFC 9649), as libwebp decodes them. */
final class WebpPicture {
    private static final int CHUNK_HEADER = 8;
    private static final int EXTENDED = 10;
    private static final int HAS_TRANSPARENCY = 0x10;

    private final byte[] file;
    private final WebpHeader.Picture picture;

    private WebpPicture(byte[] file, WebpHeader.Picture picture) {
        this.file = file;
        this.picture = picture;
    }

    /**
     * Decodes it.
     *
     * @throws IOException with the decoder's reason
     */
    static RgbaImage decode(byte[] file) throws IOException {
        WebpHeader.Picture first =
                WebpHeader.read(ByteSource.of(file).inOrder(false)).picture();
        return decoded(new WebpPicture(file, first).alone());
    }

    private static RgbaImage decoded(byte[] still) throws IOException {
        ImageReader reader = new WebPImageReaderSpi().createReaderInstance(null);
        try (MemoryCacheImageInputStream stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(still))) {
            reader.setInput(stream, true, true);
            return RgbaPixels.of(reader.read(0), ImageHeader.NONE);
        } catch (OutOfMemoryError e) {
            // What the bindings throw for a status of libwebp that damaged pictures have, too.
            throw new IOException("the picture is damaged, or takes more memory than there is", e);
        } finally {
            reader.dispose();
        }
    }

    /** A file of this picture alone: nothing of an animation, of profiles or other data around it reaches the decoder. */
    private byte[] alone() {
        boolean transparent = picture.alphaLength() > 0 && !picture.lossless();
        int length = 4 + padded(picture.length());
        if (transparent) {
            length += padded(EXTENDED) + padded(picture.alphaLength());
        }
        ByteBuffer still = ByteBuffer.allocate(CHUNK_HEADER + length).order(ByteOrder.LITTLE_ENDIAN);
        still.put(letters("RIFF")).putInt(length).put(letters("WEBP"));
        if (transparent) {
            chunk(still, "VP8X", extended(), 0, EXTENDED);
            chunk(still, "ALPH", file, picture.alphaStart(), picture.alphaLength());
        }
        chunk(still, picture.lossless() ? "VP8L" : "VP8 ", file, picture.start(), picture.length());
        return still.array();
    }

    private byte[] extended() {
        ByteBuffer extended = ByteBuffer.allocate(EXTENDED).order(ByteOrder.LITTLE_ENDIAN);
        extended.putInt(HAS_TRANSPARENCY);
        putThreeBytes(extended, picture.width() - 1);
        putThreeBytes(extended, picture.height() - 1);
        return extended.array();
    }

    private static void putThreeBytes(ByteBuffer into, int number) {
        into.put((byte) number).put((byte) (number >> 8)).put((byte) (number >> 16));
    }

    private static void chunk(ByteBuffer into, String name, byte[] from, long start, long length) {
        int end = into.position() + padded(length);
        into.put(letters(name)).putInt((int) length).put(from, (int) start, (int) length);
        into.position(end);
    }

    private static int padded(long length) {
        return (int) (CHUNK_HEADER + length + (length & 1));
    }

    private static byte[] letters(String name) {
        return name.getBytes(StandardCharsets.US_ASCII);
    }
}
